// `npm run replay`, `npm run verify`: a built script by its name, after installing and building what is missing.
import './node-version.mjs';

const [name, ...args] = process.argv.slice(2);
import('./command.mjs').then(({ command }) => command([`dist/scripts/${name}.js`, ...args], { say: (text) => console.error(text) }));
