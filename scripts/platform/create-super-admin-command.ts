import { requestContext } from '@tallystick/kernel';
import { invitationLink, INVITATION_DAYS, InviteFirstSuperAdmin, NewInvitations, type InvitationToken } from '@tallystick/identity';
import { constraintOf, createDataSource, UnitOfWork } from '@tallystick/platform';
import { CommandFailure } from '../ledger/failure.js';
import { EXIT, parse, run, type Surroundings } from '../ledger/surroundings.js';

const HELP = `Invites the first super admin of a platform that nobody administers yet.

  npm run create-super-admin -- --email meera@example.com

  --name "Meera Iyer"   the person's name
  --insist              also where there is a super admin, whom nobody can reach any more

DATABASE_URL must be the connection string of the database's owner, with which it is migrated: the apps' own roles may not do this.
CONSOLE_URL is where the link that is printed leads. Nothing is mailed.

Ends with 0 when the invitation is made, 2 when it is not.
`;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/;

/** `npm run create-super-admin`: from its arguments to its exit status. */
export const createSuperAdminCommand = (surroundings: Surroundings): Promise<number> =>
  run(surroundings, async () => {
    const { values, positionals } = parse(surroundings.args, { email: text, name: text, insist: flag, help: { ...flag, short: 'h' } });
    const { env, stdout } = surroundings;
    if (values.help) {
      stdout.write(HELP);
      return EXIT.fine;
    }
    const { email = '', name, insist } = values;
    if (!EMAIL.test(email) || email.length > 254 || positionals.length > 0)
      throw new CommandFailure('give the e-mail address as --email; --help shows what there is');
    if (name !== undefined && (name.length === 0 || name.length > 200)) throw new CommandFailure('a name has 1 to 200 characters');
    if (!env.DATABASE_URL) throw new CommandFailure("DATABASE_URL is not set: give the connection string of the database's owner");
    const token = await invite(env.DATABASE_URL, { email, fullName: name ?? null, insist });
    stdout.write(told(email, token, env.CONSOLE_URL));
    return EXIT.fine;
  });

async function invite(url: string, wish: Parameters<InviteFirstSuperAdmin['execute']>[1]): Promise<InvitationToken> {
  const dataSource = createDataSource({ url, poolSize: 1, name: 'tallystick-create-super-admin' });
  const [actor, requestId] = [{ type: 'system', id: 'create-super-admin' } as const, 'create-super-admin'];
  try {
    await dataSource.initialize();
  } catch (error) {
    const where = URL.canParse(url) ? new URL(url).host : 'DATABASE_URL';
    throw new CommandFailure(`the database at ${where} cannot be reached: ${(error as Error).message}`);
  }
  try {
    return await new UnitOfWork(dataSource).platform(requestContext({ tenantId: null, actor, requestId }), (tx) =>
      new InviteFirstSuperAdmin(new NewInvitations()).execute(tx, wish),
    );
  } catch (error) {
    const { code } = constraintOf(error);
    if (code === '42501') throw new CommandFailure("DATABASE_URL is not the owner's: only the owner of the database may do this");
    if (code === '42P01') throw new CommandFailure('this database is not migrated: run npm run migrate first');
    throw error;
  } finally {
    await dataSource.destroy();
  }
}

const told = (
  email: string,
  token: InvitationToken,
  consoleUrl: string | undefined,
): string => `${email} is invited as super admin, for ${INVITATION_DAYS} days. Whoever holds this token can accept, once; it is not shown again:

  ${token.text}
${consoleUrl ? `\n  ${invitationLink(consoleUrl.replace(/\/+$/, ''), token)}\n` : ''}
Accept with POST /api/v1/auth/invitations/accept {"token", "full_name", "password"} on the admin API, then sign in and set up the second factor.
`;
