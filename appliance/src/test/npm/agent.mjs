// The official clients as an agent, driven by a test: over WebSocket (SDK 1.32), or over Streamable HTTP (SDK 1.32, or the
// client of its second line with "line":2).
//
// Each line of standard input is a step as JSON, each line of standard output an answer or an event:
//   {"op":"connect","url":"ws://…/mcp?token=…"}   url: or from KRUXOS_URL; never an argument, it holds a key
//                                                 http:// takes the key from KRUXOS_AGENT_KEY into a header
//   {"op":"list"}   {"op":"ping"}   {"op":"close"}   {"op":"prompts"}   {"op":"resources"}   {"op":"read","uri":"…"}
//   {"op":"call","name":"tool","args":{…}}        "timeout": ms; the default is 60 s
//   {"op":"cancel","id":1}                        of a call that was not waited for
// "id" is any value of the test's and comes back in the answer; "wait":false goes on to the next step at once.
//   → {"id":…,"op":"list","ok":true,"result":{…}}   or   {"id":…,"op":"call","ok":false,"error":{"code":…,"message":"…"}}
//   → {"event":"notification"|"progress"|"error"|"closed", …}
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import * as second from '@modelcontextprotocol/client';

const print = line => process.stdout.write(JSON.stringify(line) + '\n');
const calls = new Map();
let client;

async function connect(step) {
  const Kind = step.line === 2 ? second.Client : Client;
  client = new Kind({ name: 'kruxos-test-agent', version: '1' }, { capabilities: {} });
  client.fallbackNotificationHandler = async note => print({ event: 'notification', ...note });
  client.onclose = () => print({ event: 'closed' });
  client.onerror = error => print({ event: 'error', message: reason(error) });
  await client.connect(transport(step));
  return { server: client.getServerVersion(), capabilities: client.getServerCapabilities() };
}

function transport(step) {
  const url = new URL(step.url ?? process.env.KRUXOS_URL);
  if (url.protocol === 'ws:') {
    return new WebSocketClientTransport(url);
  }
  const Kind = step.line === 2 ? second.StreamableHTTPClientTransport : StreamableHTTPClientTransport;
  const key = process.env.KRUXOS_AGENT_KEY;
  return new Kind(url, { requestInit: { headers: { Authorization: `Bearer ${key}` } } });
}

function call(step) {
  const abort = new AbortController();
  calls.set(step.id, abort);
  const options = {
    signal: abort.signal,
    timeout: step.timeout ?? 60_000,
    onprogress: progress => print({ event: 'progress', id: step.id, ...progress }),
  };
  const asked = { name: step.name, arguments: step.args ?? {} };
  const answered = step.line === 2 ? client.callTool(asked, options) : client.callTool(asked, undefined, options);
  return answered
    .finally(() => calls.delete(step.id));
}

const steps = {
  connect,
  call,
  list: () => client.listTools(),
  prompts: () => client.listPrompts(),
  resources: () => client.listResources(),
  read: step => client.readResource({ uri: step.uri }),
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
