// The official SDK's client over standard input and output. Its arguments are the command to start; it waits for the
// tools of a server that may still be starting, calls one, and prints what it got.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const [command, ...args] = process.argv.slice(2);
const client = new Client({ name: 'stdio-client', version: '1' }, { capabilities: {} });
let noise = false;
client.onerror = error => {
  noise = true;
  console.log(String(error));
};
await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
const { tools } = await client.listTools();
console.log(tools.map(tool => tool.name).join(' '));
console.log(JSON.stringify(await client.callTool({ name: 'all__echo', arguments: { message: 'grüße' } })));
await client.close();
if (!noise) {
  console.log('stdout is clean');
}
