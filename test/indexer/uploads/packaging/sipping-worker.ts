/** A worker that asks for one byte again and again. */
process.on('message', () => process.send?.({ kind: 'read', id: 1, start: 0, end: 1 }));
