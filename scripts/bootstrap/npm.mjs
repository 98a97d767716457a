import { spawn } from 'node:child_process';
import { BootstrapError } from './project.mjs';

const linesShown = 12;

/**
 * Runs npm in a folder; fails with a sentence that names cause and remedy.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @param {string} failure how the sentence begins
 * @returns {Promise<void>}
 */
export function npm(args, cwd, failure) {
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--prefer-offline'];
  const script = process.env['npm_execpath'];
  const [command, first] = script?.endsWith('npm-cli.js') ? [process.execPath, [script]] : ['npm', []];
  const shell = process.platform === 'win32' && command === 'npm';
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args, ...quiet], { cwd, stdio: ['ignore', 'pipe', 'pipe'], shell });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) =>
      reject(new BootstrapError(`${failure}: npm did not start (${error.message}). Install npm, then run again.`)),
    );
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new BootstrapError(explain(failure, `npm ${args[0]}`, status, output)));
    });
  });
}

/**
 * @param {string} failure
 * @param {string} command
 * @param {number | null} status
 * @param {string} output what npm said
 */
function explain(failure, command, status, output) {
  const registry = process.env['npm_config_registry'] ?? 'the npm registry';
  const lines = output.split('\n').filter((line) => line.replace(/^npm error/, '').trim() !== '');
  const said = lines.length === 0 ? '' : `\nnpm said:\n${lines.slice(0, linesShown).join('\n')}`;
  const code = /\b(?:code|errno) (E[A-Z0-9_]+|[A-Z_]*CERT[A-Z_]*)/.exec(output)?.[1];
  const remedy =
    remedies.find(({ codes }) => code !== undefined && codes.test(code))?.sentence ??
    'Read what npm said below, mend it, and run the same command again.';
  const cause = `${failure}: ${command} ended with ${code ?? `status ${status}`}.`;
  return `${cause} ${remedy.replace('{registry}', registry)}${said}`;
}

const remedies = [
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)$/,
    sentence:
      '{registry} cannot be reached from this machine. Check the network and the proxy (npm config get proxy), or name a ' +
      'registry that can be reached (npm config set registry URL), then run the same command again.',
  },
  {
    codes: /CERT|SSL/,
    sentence:
      'The certificate of {registry} is not trusted here. Name the certificate authority of your network ' +
      '(NODE_EXTRA_CA_CERTS=FILE, or npm config set cafile FILE), then run the same command again.',
  },
  {
    codes: /^(E401|E403|E407)$/,
    sentence:
      '{registry} or the proxy refuses access. Log in (npm login) or set the proxy’s credentials, then run again.',
  },
  { codes: /^ENOSPC$/, sentence: 'The disk is full. Free about 1 GB, then run the same command again.' },
  {
    codes: /^(EACCES|EPERM|EROFS)$/,
    sentence: 'The folder of the project cannot be written to. Give yourself write access to it, then run again.',
  },
];
