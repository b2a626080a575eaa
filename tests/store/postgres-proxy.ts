import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** What happens to a piece that carries a COMMIT, or to the answer to it. */
export type CommitFault = "none" | "lost" | "answerLost";

/** A wire between a store and its server that can be cut at the worst moment. */
export interface Proxy {
  /** The database's address through this wire. */
  readonly url: string;
  /** `lost`: the next commits never arrive. `answerLost`: they arrive, and nobody hears of it. */
  fault: CommitFault;
  /** How many commits a fault has hit. */
  readonly hits: number;
  /** Refuses new connections as long as it is true. */
  isClosed: boolean;
  close(): Promise<void>;
}

/** Both messages as they are on the wire: a simple query, and what it is answered with. */
const commitSent = Buffer.from("Q\u0000\u0000\u0000\u000bcommit\u0000", "latin1");
const commitDone = Buffer.from("C\u0000\u0000\u0000\u000bCOMMIT\u0000", "latin1");

/** Opens a wire to the database on a random loopback port. */
export async function openProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let hits = 0;
  const server = createServer((client) => {
    if (proxy.isClosed) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        cut();
      });
    }
    client.on("data", (piece: Buffer) => {
      if (proxy.fault === "lost" && piece.includes(commitSent)) {
        hits += 1;
        cut();
      } else {
        upstream.write(piece);
      }
    });
    upstream.on("data", (piece: Buffer) => {
      if (proxy.fault === "answerLost" && piece.includes(commitDone)) {
        hits += 1;
        cut();
      } else {
        client.write(piece);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const proxy: Proxy = {
    url: url.href,
    fault: "none",
    get hits() {
      return hits;
    },
    isClosed: false,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
