/** What `--help` prints. */
export const HELP = `Usage: npm run replay -- FILE [options]

Posts a purchase log to the public API in batches, as an integrator would, and prints what the API then says of it.
An interrupted replay goes on where it stopped when the same command is run again.

FILE has a heading and one purchase a line: the CDNOW layout (customer_id date number_of_cds dollar_value, between blanks)
is known; anything else is read as CSV.

To whom
  --api-url URL             default: of the running demo (.data/demo.json), else http://127.0.0.1:3001
  --client-id ID            default: of the running demo; also TALLYSTICK_CLIENT_ID
  --client-secret SECRET    default: of the running demo; also TALLYSTICK_CLIENT_SECRET
  --program-id ID           default: the tenant's default program

Columns of a CSV (in brackets: the name looked for when none is given)
  --reference-column NAME   who bought [member_reference]
  --amount-column NAME      how much, a plain decimal such as 11.77 [amount]
  --date-column NAME        when: YYYYMMDD, YYYY-MM-DD or ISO 8601 with a time; UTC unless it says otherwise [occurred_at]
  --id-column NAME          the purchase's own id [id, if there]; without one, ids are made from the content
  --quantity-column NAME    how many, part of such an id [quantity, if there]
  --currency-column NAME    in which currency [currency, if there]
  --type-column NAME        purchase or refund [type, if there; else all are purchases]
  --original-column NAME    the id of the purchase that a refund takes back [original_id, if there]
  --currency CODE           of rows without a currency column; default: of the running demo, else USD
  --delimiter CHARACTER     or comma, semicolon, tab, pipe, space (runs of blanks); default: as the heading suggests

How
  --batch-size N            purchases in one request, 1 to 5,000; default 1,000
  --in-flight N             requests at the same time; default 4; 1 keeps the order of the file
  --patience MINUTES        how long to keep trying while the API does not answer; default 10
  --journal FILE            where to remember what was posted; default: under .replay/
  --restart                 begin a new run even if the last one was interrupted
  --json                    print the summary as JSON (with npm run --silent replay -- ... nothing else is on standard output)
  --help                    print this

Exit status: 0 when all is posted and the ledger balances, 1 when something is wrong, 130 after Ctrl-C.
`;
