import { tmpdir } from "node:os";
import path from "node:path";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  DryRunBody,
  ImportId,
  ImportItem,
  ImportProfiles,
  ImportRouteError,
  UploadQuery,
} from "../../api/imports.ts";
import { ProblemError } from "../../api/problem.ts";
import type { Scope } from "../../api/shop.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { inspectTable } from "../../import/apply/inspect.ts";
import { profileOfMapping } from "../../import/apply/mapping.ts";
import { loadShelf, saveProfileCommand } from "../../import/apply/shelf.ts";
import { openTable, type Table } from "../../import/file/table.ts";
import { ImportFileError } from "../../import/problem.ts";
import { parseProfile, ProfileError, type Profile } from "../../import/profile.ts";
import { recogniseProfiles } from "../../import/profile-recognise.ts";
import { suggestMapping } from "../../import/profile-suggest.ts";
import { requireDone } from "../answers.ts";
import { identityOf, type AddRoutes, type RouteContext } from "../deps.ts";
import { sendProblem } from "../errors.ts";
import { describe, typed } from "../routes/schema.ts";
import {
  importKind,
  ImportJobs,
  profileItem,
  type ImportCaller,
  type ImportJob,
  type Uploaded,
} from "./jobs.ts";
import { uploadLimits, Uploads } from "./uploads.ts";

const tag = "Import";

/** A stock list writes the catalogue and stock; a file of orders writes orders. */
const scopesOf: Record<Profile["kind"], readonly Scope[]> = {
  stock: ["stock:write", "catalog:write"],
  orders: ["orders:write"],
};

/** What all import routes share. */
interface Imports {
  readonly context: RouteContext;
  readonly jobs: ImportJobs;
  readonly uploads: Uploads;
  readonly profileDirs: readonly string[];
}

/** Files of stock lists and orders: upload, check, apply. */
export const addImportRoutes: AddRoutes = (app, context) => {
  const dataDir = context.dataDir ?? path.join(tmpdir(), `zaiku-${process.pid}`);
  const { store, clock, log, buyerKey, contactKeys, stopping } = context;
  const uploads = new Uploads(path.join(dataDir, "uploads"), clock.random(4));
  const jobs = new ImportJobs({ store, uploads, clock, log, hashBuyer: buyerKey, contactKeys, stopping });
  const imports: Imports = { context, jobs, uploads, profileDirs: [path.join(dataDir, "profiles")] };
  app.addHook("onReady", () => uploads.clean());
  app.addHook("onClose", async () => {
    await jobs.close();
    await uploads.clean();
  });
  app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => {
      if (error instanceof ImportRouteError) return sendProblem(reply, error.problem);
      if (error instanceof ImportFileError) return sendProblem(reply, unreadable(error).problem);
      if (error instanceof ProfileError) return sendProblem(reply, badProfile(error).problem);
      throw error;
    });
    addProfileRoutes(scope, imports);
    addJobRoutes(scope, imports);
    addResultRoutes(scope, imports);
    scope.register(async (files) => {
      // A file is taken as it is, whatever it calls itself.
      files.removeAllContentTypeParsers();
      files.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
      addUploadRoute(files, imports);
    });
  });
};

function unreadable(error: ImportFileError): ImportRouteError {
  const data = { reason: error.code, ...(error.line === undefined ? {} : { line: error.line }) };
  return new ImportRouteError("import_unreadable", error, data);
}

function badProfile(error: ProfileError): ImportRouteError {
  const zh = error.issues.map((issue) => `${issue.path} ${issue.zh}`).join("；");
  return new ImportRouteError("import_profile", { zh, en: error.message }, { issues: error.issues });
}

function requireScopes(request: FastifyRequest, kind: Profile["kind"]): void {
  const { scopes } = identityOf(request);
  for (const scope of scopesOf[kind]) if (!scopes.has(scope)) throw new ProblemError("forbidden", { scope });
}

async function shelfOf(
  { context, profileDirs }: Imports,
  shop: OpenShop,
): Promise<ReadonlyMap<string, Profile>> {
  const { profiles, errors } = await loadShelf(context.store.read, shop.id, profileDirs);
  for (const error of errors) context.log.warn({ problem: error.message }, "a profile was left out");
  return profiles;
}

function addProfileRoutes(app: FastifyInstance, imports: Imports): void {
  const routes = typed(app);
  const { context } = imports;
  routes.get(
    "/api/v1/import/profiles",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "What kinds of files are known"), response: { 200: ImportProfiles } },
    },
    async (request) => {
      const profiles = await shelfOf(imports, await context.shopOf(request));
      return { items: [...profiles.values()].map(profileItem) };
    },
  );
  routes.put(
    "/api/v1/import/profiles/:name",
    {
      onRequest: context.guard("catalog:write"),
      schema: describe(tag, "Save a profile: which column of a kind of file means what"),
    },
    async (request) => {
      const { name } = request.params as { name: string };
      const given: unknown = request.body;
      const profile = parseProfile(
        typeof given === "object" && given !== null ? { ...given, name } : given,
        name,
      );
      await saveProfile(imports, await callerOf(context, request), profile);
      return profileItem(profile);
    },
  );
}

async function callerOf(context: RouteContext, request: FastifyRequest): Promise<ImportCaller> {
  return { shop: await context.shopOf(request), actor: context.caller(request).actor };
}

async function saveProfile({ context }: Imports, by: ImportCaller, profile: Profile): Promise<void> {
  const at = context.clock.now();
  const command = await saveProfileCommand(context.store.read, by.shop.id, profile, { actor: by.actor, at });
  requireDone(await by.shop.batcher.submit(command));
}

function addUploadRoute(app: FastifyInstance, imports: Imports): void {
  const { context, jobs, uploads } = imports;
  typed(app).post(
    "/api/v1/imports",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(
          tag,
          "Upload a file: its bytes are the body, its name is in X-File-Name, percent-encoded",
        ),
        querystring: UploadQuery,
        response: { 201: ImportItem },
      },
    },
    async (request, reply) => {
      const { kind, profile: named } = request.query;
      if (kind !== undefined) requireScopes(request, kind);
      const { body } = request;
      if (!(body instanceof Readable)) throw unreadable(new ImportFileError("file_empty"));
      const shop = await context.shopOf(request);
      const id = context.clock.random(12);
      const announced = Number(request.headers["content-length"]);
      const bytes = await uploads.receive(id, body, Number.isSafeInteger(announced) ? announced : null);
      try {
        const profiles = await shelfOf(imports, shop);
        const table = await openTable(uploads.fileOf(id));
        const found = await profileFor(table, profiles, kind, named);
        requireScopes(request, found.kind);
        const inspection = await inspectTable(table);
        const fileName = fileNameOf(request);
        const uploaded: Uploaded = { id, shop: shop.id, fileName, bytes, ...found, inspection };
        const job = await jobs.add(uploaded);
        void reply.code(201);
        return job.item();
      } catch (error) {
        await uploads.remove(id);
        throw error;
      }
    },
  );
}

/** The profile that was named or that fits; without one, the kind that the headers suggest. */
async function profileFor(
  table: Table,
  profiles: ReadonlyMap<string, Profile>,
  kind: Profile["kind"] | undefined,
  named: string | undefined,
): Promise<{ kind: Profile["kind"]; profile: Profile | null }> {
  try {
    if (named !== undefined) {
      const profile = namedProfile(profiles, named);
      return { kind: profile.kind, profile };
    }
    const fitting = recogniseProfiles(table.headers, profiles.values()).filter(
      (one) => one.missing.length === 0,
    );
    const profile = fitting.find((one) => kind === undefined || one.profile.kind === kind)?.profile ?? null;
    return { kind: profile?.kind ?? kind ?? suggestMapping(table.headers).kind, profile };
  } catch (error) {
    await table.close();
    throw error;
  }
}

function namedProfile(profiles: ReadonlyMap<string, Profile>, name: string): Profile {
  const profile = profiles.get(name);
  if (profile !== undefined) return profile;
  const names = [...profiles.keys()].join("、");
  throw new ImportRouteError("import_profile", {
    zh: `没有名为「${name}」的方案，有的是：${names}`,
    en: `No profile named "${name}"; there are: ${names}`,
  });
}

/** Percent-encoded UTF-8, since a header holds no Chinese; only the last part of a path. */
function fileNameOf(request: FastifyRequest): string {
  const header = request.headers["x-file-name"];
  const text = typeof header === "string" ? header : "";
  let name = text;
  try {
    name = decodeURIComponent(text);
  } catch {
    // Not percent-encoded: it is a name as it stands.
  }
  const base =
    name
      .replaceAll(/\p{Cc}/gu, "")
      .split(/[/\\]/)
      .at(-1) ?? "";
  return base.slice(0, uploadLimits.nameCharsMax) || "upload";
}

function addJobRoutes(app: FastifyInstance, imports: Imports): void {
  const routes = typed(app);
  const { context, jobs } = imports;
  const onRequest = context.guard("stock:read");

  routes.post(
    "/api/v1/imports/:id/dry-run",
    {
      onRequest,
      schema: {
        ...describe(tag, "Decide every row and write nothing"),
        params: ImportId,
        body: DryRunBody,
        response: { 202: ImportItem },
      },
    },
    async (request, reply) => {
      const by = await callerOf(context, request);
      const job = requireJob(jobs, request.params.id, by);
      const { profile, keep } = await chosenProfile(imports, request.body, job, by);
      requireScopes(request, profile.kind);
      if (keep) await saveProfile(imports, by, profile);
      job.profile = profile;
      jobs.start(job, "checking", by);
      return reply.code(202).send(job.item());
    },
  );

  routes.post(
    "/api/v1/imports/:id/apply",
    {
      onRequest,
      schema: {
        ...describe(tag, "Book the file that was checked"),
        params: ImportId,
        response: { 202: ImportItem },
      },
    },
    async (request, reply) => {
      const by = await callerOf(context, request);
      const job = requireJob(jobs, request.params.id, by);
      requireScopes(request, job.profile?.kind ?? job.uploaded.kind);
      jobs.start(job, "applying", by);
      return reply.code(202).send(job.item());
    },
  );
}

function addResultRoutes(app: FastifyInstance, imports: Imports): void {
  const routes = typed(app);
  const { context, jobs } = imports;
  const onRequest = context.guard("stock:read");

  routes.get(
    "/api/v1/imports/:id",
    {
      onRequest,
      schema: { ...describe(tag, "How far an import is"), params: ImportId, response: { 200: ImportItem } },
    },
    async (request) => {
      const { shop } = await callerOf(context, request);
      const job = jobs.find(request.params.id, shop.id);
      return job === undefined ? recordedItem(imports, request.params.id, shop) : job.item();
    },
  );

  routes.get(
    "/api/v1/imports/:id/problems.csv",
    { onRequest, schema: { ...describe(tag, "Rows to look at, with their reasons"), params: ImportId } },
    async (request, reply) => {
      const job = requireJob(jobs, request.params.id, await callerOf(context, request));
      const file = imports.uploads.problemsOf(job.uploaded.id);
      const there = await stat(file).catch(() => null);
      if (job.running || there === null) throw notFound("list of problems yet", "问题清单");
      const name = encodeURIComponent(`${job.uploaded.fileName.replace(/\.[^.]+$/, "")}-问题.csv`);
      return reply
        .header("content-type", "text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="problems.csv"; filename*=UTF-8''${name}`)
        .send(createReadStream(file));
    },
  );
}

function notFound(what: string, whatZh: string): ProblemError {
  return new ProblemError("not_found", { what, whatZh });
}

function requireJob(jobs: ImportJobs, id: string, { shop }: ImportCaller): ImportJob {
  const job = jobs.find(id, shop.id);
  if (job === undefined) throw notFound("import, or its file was removed", "这个导入（或它的文件已清理）");
  return job;
}

async function chosenProfile(
  imports: Imports,
  body: DryRunBody | undefined,
  job: ImportJob,
  { shop }: ImportCaller,
): Promise<{ profile: Profile; keep: boolean }> {
  if (body?.mapping !== undefined) {
    const profile = profileOfMapping(body.mapping, shop.shop);
    return { profile, keep: body.mapping.name !== undefined };
  }
  if (body?.profile !== undefined) {
    return { profile: namedProfile(await shelfOf(imports, shop), body.profile), keep: false };
  }
  if (job.profile !== null) return { profile: job.profile, keep: false };
  throw new ImportRouteError("import_profile", {
    zh: "没有适合这个文件的方案：请把各列对应一次",
    en: "No profile fits this file: map its columns once",
  });
}

/** An import that this process does not know: what was kept of it when it was applied. */
async function recordedItem({ context }: Imports, id: string, shop: OpenShop): Promise<ImportItem> {
  const document = await context.store.read.document(shop.id, importKind, id);
  if (document === null) throw notFound("import", "这个导入");
  const body = document.body as Pick<ImportItem, "fileName" | "bytes" | "kind" | "profile" | "summary">;
  return {
    id,
    ...body,
    state: "applied",
    headers: [],
    sample: [],
    suggestion: { kind: body.kind, columns: {} },
    words: {},
    encoding: "",
    progress: null,
    changes: [],
    problems: [],
    problemsTotal: 0,
    error: null,
  };
}
