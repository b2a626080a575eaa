import { existsSync } from "node:fs";
import path from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { notFound } from "./errors.ts";
import { pageHeaders } from "./headers.ts";

/**
 * The built page. Files with a hash in their name never change and are kept for a year; the page itself is
 * asked for anew each time, so that everybody has the new version after an upgrade. Any other address is one
 * of the page's own routes.
 */
export async function addWeb(app: FastifyInstance, webDir: string | null): Promise<void> {
  const built = webDir !== null && existsSync(path.join(webDir, "index.html"));
  if (webDir !== null && built) {
    await app.register(fastifyStatic, {
      root: webDir,
      cacheControl: false,
      preCompressed: true,
      index: false,
      // A stamp of the build is nobody's business.
      serveDotFiles: false,
      dotfiles: "ignore",
      setHeaders: (reply, file) => {
        const hashed = file.includes(`${path.sep}assets${path.sep}`);
        reply.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
        for (const [name, value] of Object.entries(pageHeaders)) reply.header(name, value);
      },
    });
    app.get("/", { schema: { hide: true } }, (_request, reply) => reply.sendFile("index.html"));
  }
  app.setNotFoundHandler((request, reply) => {
    if (!isPageOf(request)) throw notFound();
    if (built) return reply.sendFile("index.html");
    return notBuilt(reply);
  });
}

/** Somebody's browser asks for a page, not a program for data or a file. */
function isPageOf({ method, url, headers }: FastifyRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const where = url.split("?", 1)[0] ?? "";
  if (where.startsWith("/api/") || where === "/api" || /\.\w{1,8}$/.test(where)) return false;
  return headers.accept?.includes("text/html") ?? false;
}

function notBuilt(reply: FastifyReply): FastifyReply {
  const text =
    "<!doctype html><meta charset=utf-8><title>Zaiku 在库</title><p>网页还没有生成。请用 <code>npm start</code> 启动，它会先生成网页。" +
    "<p>The page is not built yet. Start with <code>npm start</code>, which builds it. The API is at <a href=/api/docs/>/api/docs/</a>.";
  return reply.code(404).headers(pageHeaders).type("text/html; charset=utf-8").send(text);
}
