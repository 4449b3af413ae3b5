// The same in Node; it stays whatever it is told.
import { createInterface } from 'node:readline';

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {});
}
setInterval(() => {}, 1_000_000);
const results = {
    initialize: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'small', version: '1' },
    },
    ping: {},
    'tools/list': { tools: [{ name: 'pid', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: String(process.pid) }] },
};
createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    if (method in results) {
        process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] }) + '\n');
    }
});
