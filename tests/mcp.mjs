// mcp.mjs CLIENT VERSION COMMAND... - talk to a server by the official client
//
// CLIENT is the directory of @modelcontextprotocol/client; VERSION is the one
// revision of the protocol that is spoken. What the tests look at is printed, a
// line of JSON each. The client checks what it gets against the protocol, and
// results against the schemas of their tools.
const [dir, version, command, ...args] = process.argv.slice(2);
const { Client } = await import(`${dir}/dist/index.mjs`);
const { StdioClientTransport } = await import(`${dir}/dist/stdio.mjs`);

const modern = version >= '2026';
const client = new Client({ name: 'test', version: '1' }, modern ?
	{ versionNegotiation: { mode: { pin: version } } } :
	{ supportedProtocolVersions: [version] });
client.onerror = e => { console.error(e); process.exit(1); };
const print = o => console.log(JSON.stringify(o));

await client.connect(new StdioClientTransport({ command, args, stderr: 'inherit' }));
print({ version: client.getNegotiatedProtocolVersion?.() ?? version, server: client.getServerVersion()?.name,
	capabilities: client.getServerCapabilities() });
const { tools } = await client.listTools();
print(tools.map(t => t.name));
const call = async (name, a) => {
	const r = await client.callTool({ name, arguments: a });
	print({ text: r.content[0].text, error: r.isError ?? false, structured: r.structuredContent });
	return r;
};
await call('definition', { name: 'path_normal' });
await call('outline', { path: 'src/count.py', structured: true });
let cursor, lines = '';
do {
	const r = await client.callTool({ name: 'read', arguments: { path: 'src/path.c', max_bytes: 1024,
		...(cursor && { cursor }) } });
	lines += r.content[0].text.replace(/\[shown .*\]\n$/, '');
	cursor = r.structuredContent.cursor;
} while (cursor);
print({ lines });
await call('status', {});
await call('read', { path: 'nope', max_bytes: 'many' });
await client.callTool({ name: 'nope', arguments: {} }).then(() => print('?'), e => print({ code: e.code }));
if (!modern)
	print(await client.ping());
const gone = new AbortController();
const wait = client.callTool({ name: 'outline', arguments: {} }, { signal: gone.signal });
gone.abort();
await wait.then(() => print('?'), () => print('cancelled'));
await call('definition', { name: 'nope' });
await call('references', { name: 'path_normal' });
await call('search', { words: 'normal path', structured: true });
await client.close();
