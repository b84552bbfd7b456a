import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Door = {
  /** The address through it. */
  url: string;
  close: () => void;
  open: () => void;
  /** How many have knocked while it was shut. */
  refused: () => number;
  cuts: () => number;
  end: () => Promise<void>;
};

/**
 * A way to PostgreSQL that can be shut: then it answers every connection as a server does that is starting up. The first question with
 * the words `cutsOnce` in it is not passed on: its connection ends.
 */
export async function doorTo(url: string, { cutsOnce }: { cutsOnce?: string } = {}): Promise<Door> {
  const to = new URL(url);
  const state = { isOpen: true, refused: 0, cuts: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    if (!state.isOpen) {
      state.refused += 1;
      socket.once('data', () => socket.end(STARTING_UP));
      return;
    }
    const inner = connect(Number(to.port), to.hostname);
    inner.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => inner.destroy());
    socket.on('data', (data) => {
      if (!cutsOnce || state.cuts > 0 || !data.includes(cutsOnce)) return;
      state.cuts += 1;
      inner.destroy();
    });
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through.href,
    close: () => {
      state.isOpen = false;
      drop();
    },
    open: () => {
      state.isOpen = true;
    },
    refused: () => state.refused,
    cuts: () => state.cuts,
    end: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An ErrorResponse of PostgreSQL's protocol, version 3. */
const STARTING_UP = ((): Buffer => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
})();
