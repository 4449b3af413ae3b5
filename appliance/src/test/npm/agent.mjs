// The official SDK's WebSocket client as an agent, driven by a test.
//
// Each line of standard input is a step as JSON, each line of standard output an answer or an event:
//   {"op":"connect","url":"ws://…/mcp?token=…"}   url: or from KRUXOS_URL; never an argument, it holds a key
//   {"op":"list"}   {"op":"ping"}   {"op":"close"}
//   {"op":"call","name":"tool","args":{…}}        "timeout": ms; the default is 60 s
//   {"op":"cancel","id":1}                        of a call that was not waited for
// "id" is any value of the test's and comes back in the answer; "wait":false goes on to the next step at once.
//   → {"id":…,"op":"list","ok":true,"result":{…}}   or   {"id":…,"op":"call","ok":false,"error":{"code":…,"message":"…"}}
//   → {"event":"notification"|"progress"|"error"|"closed", …}
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';

const print = line => process.stdout.write(JSON.stringify(line) + '\n');
const calls = new Map();
let client;

async function connect(step) {
  client = new Client({ name: 'kruxos-test-agent', version: '1' }, { capabilities: {} });
  client.fallbackNotificationHandler = async note => print({ event: 'notification', ...note });
  client.onclose = () => print({ event: 'closed' });
  client.onerror = error => print({ event: 'error', message: reason(error) });
  await client.connect(new WebSocketClientTransport(new URL(step.url ?? process.env.KRUXOS_URL)));
  return { server: client.getServerVersion(), capabilities: client.getServerCapabilities() };
}

function call(step) {
  const abort = new AbortController();
  calls.set(step.id, abort);
  const options = {
    signal: abort.signal,
    timeout: step.timeout ?? 60_000,
    onprogress: progress => print({ event: 'progress', id: step.id, ...progress }),
  };
  return client
    .callTool({ name: step.name, arguments: step.args ?? {} }, undefined, options)
    .finally(() => calls.delete(step.id));
}

const steps = {
  connect,
  call,
  list: () => client.listTools(),
  ping: () => client.ping(),
  cancel: async step => {
    calls.get(step.id)?.abort('cancelled by the test');
    return {};
  },
  close: async () => {
    await client.close();
    return {};
  },
};

const reason = error => String(error?.message || error?.error?.message || error?.type || error);

async function run(step) {
  const answer = { id: step.id, op: step.op };
  try {
    if (!Object.hasOwn(steps, step.op)) {
      throw new Error(`no such op: ${step.op}`);
    }
    print({ ...answer, ok: true, result: await steps[step.op](step) });
  } catch (error) {
    print({ ...answer, ok: false, error: { code: error?.code, message: reason(error) } });
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const step = JSON.parse(line);
  const done = run(step);
  if (step.wait !== false) {
    await done;
  }
}
await client?.close();
process.exit(0);
