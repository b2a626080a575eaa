import { pageHeaders } from "../headers.ts";
import type { AddRoutes } from "../deps.ts";

/** Where a phone gets the certificate that it must trust before it believes this server's https. */
export const authorityPath = "/ca";
const filePath = "/zaiku-ca.crt";

export const addAuthorityRoutes: AddRoutes = (app, { authority }) => {
  if (authority === undefined) return;
  app.get(authorityPath, { schema: { hide: true } }, (request, reply) => {
    const host = request.hostname.includes(":") ? `[${request.hostname}]` : request.hostname;
    reply.headers(pageHeaders).header("cache-control", "no-store").type("text/html; charset=utf-8");
    return reply.send(pageOf(`https://${host}:${authority.port()}/phone`));
  });
  app.get(filePath, { schema: { hide: true } }, (_request, reply) => {
    reply.headers(pageHeaders).header("cache-control", "no-store");
    reply.header("content-disposition", 'attachment; filename="zaiku-ca.crt"');
    return reply.type("application/x-x509-ca-cert").send(authority.certificate);
  });
};

const style =
  "body{font:17px/1.6 system-ui,sans-serif;max-width:34em;margin:0 auto;padding:24px 18px;color:#1b1f27;background:#fff}" +
  "a.b{display:block;margin:14px 0;padding:14px;border-radius:12px;background:#2f6fed;color:#fff;text-align:center;text-decoration:none;font-weight:600}" +
  "a.p{background:#e8eefc;color:#1b4fc0}small,.en{color:#5b6472}h2{font-size:18px;margin:22px 0 4px}" +
  "@media(prefers-color-scheme:dark){body{background:#12151b;color:#e9ecf1}small,.en{color:#98a2b3}a.p{background:#1d2940;color:#9dbcff}}";

function pageOf(phone: string): string {
  return (
    `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>在库 Zaiku · 手机证书</title><style>${style}</style><main>` +
    `<h1>让手机信任这台服务器</h1>` +
    `<p>只做一次。之后手机可以用摄像头扫码，断网也能打开盘点页。<br><span class="en">Once only. Then the phone may use its camera, and opens the page without a network.</span></p>` +
    `<a class="b" href="${filePath}">1. 下载证书 <small style="color:inherit">Download the certificate</small></a>` +
    `<h2>2. 安装</h2>` +
    `<p><b>iPhone / iPad</b>：设置 → 已下载描述文件 → 安装；再到 设置 → 通用 → 关于本机 → 证书信任设置，打开 Zaiku。<br><span class="en">Settings → Profile Downloaded → Install; then General → About → Certificate Trust Settings → Zaiku on.</span></p>` +
    `<p><b>安卓</b>：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书，选刚下载的 zaiku-ca.crt。<br><span class="en">Android: Settings → Security → Encryption &amp; credentials → Install a certificate → CA certificate.</span></p>` +
    `<p><b>电脑</b>：双击证书，装入“受信任的根证书颁发机构”。<br><span class="en">A computer: open it and put it among the trusted root authorities.</span></p>` +
    `<a class="b p" href="${phone}">3. 打开手机页面 <small style="color:inherit">Open the phone's page</small></a>` +
    `<p><small>这张证书只由本店这台服务器使用，私钥不离开它。不再用时请在手机上删除。<br>Its key never leaves this server. Remove it from the phone when it is not needed any more.</small></p>` +
    `</main></html>`
  );
}
