import { blackedOut } from './black-out.policy.js';

const rejected = { delimiter: ',', references: new Set(['anna', '=x', 'o"k', 'd,ora']), from: 0, to: -4 };
const black = (lines: string, headed = false, given: Partial<typeof rejected> = {}): string =>
  blackedOut(Buffer.from(lines), { ...rejected, ...given }, headed).toString();

describe('lines of a file that name the erased', () => {
  it.each([
    ['by a cell', 'r-1,anna,Asha Rao,2,,c,why\r\n', '***,****,********,2,,c,why\r\n'],
    ['by a quoted cell, and one over two lines', '"r\n1","anna","A ""b""",2,,c,"w,y"\r\n', '"***","****","**""*""",2,,c,"w,y"\r\n'],
    ['by a cell that is no formula', "r,'=x,Ü,2,,c,w\r\n", '*,***,**,2,,c,w\r\n'],
    ['by one with quotes, or a delimiter, in it', '"o""k",a,2,,c,w\n"d,ora",b,3,,c,w\n', '"*""*",*,2,,c,w\n"*****",*,3,,c,w\n'],
    ['within a row that could not be taken apart', '"x,""anna"",5",,,2,,c,w\r\n', '"**""****""**",,,2,,c,w\r\n'],
  ])('are blacked out %s, as long as they were', (_, lines, after) => expect(black(lines)).toBe(after));

  it('leave the other lines, the head, and what only looks like them', () => {
    const others = 'r-2,joanna,x,3,,c,anna\r\nr-3,annabel,,4,anna,c,w\r\n';
    expect(black(`anna,b,c,e,e,e,e\r\n${others}r-4,anna,,5,,c,w`, true)).toBe(`anna,b,c,e,e,e,e\r\n${others}***,****,,5,,c,w`);
    expect(black(others)).toBe(others);
  });

  it('are looked for in the cells that are named alone', () => {
    const result = { delimiter: '|', from: 1, to: 2 };
    expect(black('2|anna|rejected|0|||anna\r\nanna|x|\r\n', false, result)).toBe('2|****|rejected|0|||anna\r\nanna|x|\r\n');
  });
});
