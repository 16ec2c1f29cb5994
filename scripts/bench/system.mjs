// @ts-check
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';

const FREE_PORTS = { GATEWAY_PORT: '0', CORE_PORT: '0', WORKER_PORT: '0', CHAIN_PORT: '0', POSTGRES_PORT: '0', ANVIL_PORT: '0' };

/**
 * Starts a system with the demo and signs its administrator in.
 * @param {string} stateDir
 */
export async function startMeasured(stateDir) {
  const supervisor = fork(join(ROOT, 'dist/cli/main.js'), ['start'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...FREE_PORTS, NODE_ENV: 'production', LOG_LEVEL: 'warn', RAHAT_ROOT: ROOT, STATE_DIR: stateDir, DATABASE_URL: '' },
  });
  /** @type {any} */
  const ready = await new Promise((resolve, reject) => {
    supervisor.once('message', (/** @type {any} */ message) => (message.ready ? resolve(message.ready) : reject(new Error(message.failed))));
    supervisor.once('exit', (code) => reject(new Error(`The system exited with ${code}.`)));
  });
  const gatewayUrl = ready.urls.gateway;
  const admin = ready.logins.find((/** @type {any} */ login) => login.role === 'admin');
  const { login } = await ask(gatewayUrl, 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }', {
    variables: { email: admin.email, password: admin.password },
  });
  const token = login.accessToken;
  const [project] = ready.projects;
  return {
    gatewayUrl,
    token,
    /** Replaces the placeholders of a query. @param {string} query */
    fill: async (query) => {
      if (!project) throw new Error('There is no project to ask.');
      const named = query.replace('{id}', project.id).replace('{type}', project.type);
      return named.includes('{leaf}') ? named.replace('{leaf}', await leafOf(gatewayUrl, token, project.type)) : named;
    },
    stop: () =>
      new Promise((/** @type {(nothing: void) => void} */ resolve) => {
        supervisor.once('exit', () => resolve());
        supervisor.kill('SIGTERM');
      }),
  };
}

/**
 * @param {string} gatewayUrl @param {string} query
 * @param {{ variables?: object, token?: string }} [options]
 */
async function ask(gatewayUrl, query, { variables, token } = {}) {
  const response = await fetch(`${gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  /** @type {any} */
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/**
 * A plain field of what a type adds to `Project`.
 * @param {string} gatewayUrl @param {string} token @param {string} type
 * @returns {Promise<string>}
 */
async function leafOf(gatewayUrl, token, type) {
  const { __type: project } = await ask(gatewayUrl, '{ __type(name: "Project") { fields { name type { name ofType { name } } } } }', { token });
  const field = project.fields.find((/** @type {any} */ candidate) => candidate.name === type);
  const name = field.type.name ?? field.type.ofType.name;
  const { __type: target } = await ask(gatewayUrl, '{ __type(name: "' + name + '") { fields { name args { name } type { kind ofType { kind } } } } }', { token });
  const kindOf = (/** @type {any} */ candidate) => candidate.type.ofType?.kind ?? candidate.type.kind;
  return target.fields.find((/** @type {any} */ candidate) => kindOf(candidate) === 'SCALAR' && candidate.args.length === 0 && !/id$/i.test(candidate.name)).name;
}
