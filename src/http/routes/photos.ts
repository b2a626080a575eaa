import type { FastifyInstance } from "fastify";
import { PhotoAnswer, PhotoParams } from "../../api/returns.ts";
import { ProblemError } from "../../api/problem.ts";
import { isRefused } from "../../engine/refused.ts";
import { keepPhoto, photoLimits } from "../../engine/returns/photos.ts";
import { paperProblem } from "../counts/refused.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { describe, typed } from "./schema.ts";

const tag = "Pictures";
/** What is a little too large is told so by name; what is far too large is not read to its end. */
const bodyBytesMax = 2 * photoLimits.photoBytesMax;

/** Pictures of goods that are not as they should be. */
export const addPhotoRoutes: AddRoutes = (app, context) => {
  app.register(async (files) => {
    // A picture is taken as it is, whatever it calls itself: its own bytes say what it is.
    files.removeAllContentTypeParsers();
    const options = { parseAs: "buffer", bodyLimit: bodyBytesMax } as const;
    files.addContentTypeParser("*", options, (_request, body, done) => done(null, body));
    addUpload(files, context);
  });
  addPicture(app, context);
};

function addUpload(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/photos",
    {
      onRequest: context.guard("stock:write"),
      bodyLimit: bodyBytesMax,
      schema: {
        ...describe(tag, "Keeps a picture: JPEG, PNG or WebP, at most 512 KiB"),
        response: { 201: PhotoAnswer },
      },
    },
    async (request, reply): Promise<PhotoAnswer> => {
      const { id } = await context.shopOf(request);
      const bytes = Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : new Uint8Array();
      const kept = await keepPhoto(context.store, id, bytes, context.caller(request));
      if (typeof kept !== "string" && isRefused(kept)) throw paperProblem(kept);
      reply.code(201);
      return { photo: kept };
    },
  );
}

function addPicture(app: FastifyInstance, context: RouteContext): void {
  typed(app).get(
    "/api/v1/photos/:photo",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "A picture"), params: PhotoParams },
    },
    async (request, reply) => {
      const { id } = await context.shopOf(request);
      const photo = await context.store.photos.get(id, request.params.photo);
      if (photo === null) throw new ProblemError("not_found", { what: "such picture", whatZh: "这张照片" });
      // Its name is its content's: what was read once never changes.
      return reply
        .header("cache-control", "private, max-age=31536000, immutable")
        .header("content-security-policy", "default-src 'none'")
        .header("x-content-type-options", "nosniff")
        .type(photo.mediaType)
        .send(Buffer.from(photo.bytes));
    },
  );
}
