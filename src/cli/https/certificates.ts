import "reflect-metadata";
import { createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as x509 from "@peculiar/x509";
import type { Instant } from "../../domain/rows.ts";

/**
 * A certificate authority of this installation alone, and a server's certificate that it has signed: a phone that
 * trusts the first believes the second, and lets the page use its camera. Both are kept in the data folder.
 */

const dayMs = 86_400_000;
export const certificateLimits = {
  authorityDays: 3_650,
  /** Phones refuse certificates of servers that hold longer than 825 days, and newer ones 398. */
  serverDays: 390,
  /** A server's certificate is made anew when it holds no longer than this. */
  renewDays: 30,
  /** The authority begins a day ago: phones' clocks differ. */
  backdatedDays: 1,
} as const;

export interface Certificates {
  /** PEM. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** By what names and addresses the server is reached. */
export interface Names {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

interface Signed {
  readonly certificate: string;
  readonly key: string;
}

interface Clocked {
  readonly now: Instant;
  /** A text of so many random bytes in hexadecimal digits. */
  readonly random: (bytes: number) => string;
}

/** As the library names it: its types are the browser's or Node's, whichever the program is checked with. */
type KeyPair = Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[0]["keys"];

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const folderName = "https";

/** The certificates of a data folder: those that are there, or new ones where none hold for these names. */
export async function readCertificates(
  dataDir: string,
  names: Names,
  clocked: Clocked,
): Promise<Certificates> {
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const folder = path.join(dataDir, folderName);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { now } = clocked;
  const keptAuthority = readSigned(folder, "authority");
  const authority =
    keptAuthority !== null && holds(keptAuthority, now, 0)
      ? keptAuthority
      : await keep(folder, "authority", makeAuthority(clocked));
  const kept = readSigned(folder, "server");
  const fits =
    kept !== null &&
    holds(kept, now, certificateLimits.renewDays) &&
    covers(kept, names) &&
    isSignedBy(kept, authority);
  const server = fits ? kept : await keep(folder, "server", makeServer(authority, names, clocked));
  return { authority: authority.certificate, certificate: server.certificate, key: server.key };
}

function readSigned(folder: string, name: string): Signed | null {
  const [certificate, key] = [path.join(folder, `${name}.crt`), path.join(folder, `${name}.key`)];
  if (!existsSync(certificate) || !existsSync(key)) return null;
  return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
}

async function keep(folder: string, name: string, made: Promise<Signed>): Promise<Signed> {
  const signed = await made;
  // The key first: a certificate without its key would be read as one that holds.
  for (const [kind, text] of [
    ["key", signed.key],
    ["crt", signed.certificate],
  ] as const) {
    const file = path.join(folder, `${name}.${kind}`);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return signed;
}

function parsed({ certificate }: Signed): X509Certificate | null {
  try {
    return new X509Certificate(certificate);
  } catch {
    return null;
  }
}

function holds(signed: Signed, now: Instant, days: number): boolean {
  const certificate = parsed(signed);
  if (certificate === null || !keyFits(signed, certificate)) return false;
  return Date.parse(certificate.validFrom) <= now && now + days * dayMs < Date.parse(certificate.validTo);
}

function keyFits({ key }: Signed, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function covers(signed: Signed, { dns, ip }: Names): boolean {
  const certificate = parsed(signed);
  if (certificate === null) return false;
  return (
    dns.every((name) => certificate.checkHost(name) !== undefined) &&
    ip.every((address) => certificate.checkIP(address) !== undefined)
  );
}

function isSignedBy(signed: Signed, authority: Signed): boolean {
  const [certificate, issuer] = [parsed(signed), parsed(authority)];
  return certificate !== null && issuer !== null && certificate.verify(issuer.publicKey);
}

function span(now: Instant, days: number): { notBefore: Date; notAfter: Date } {
  const from = now - certificateLimits.backdatedDays * dayMs;
  return { notBefore: new Date(from), notAfter: new Date(from + days * dayMs) };
}

/** A serial number is above zero and at most 20 bytes. */
function serialOf({ random }: Clocked): string {
  return `01${random(15)}`;
}

async function makeAuthority(clocked: Clocked): Promise<Signed> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialOf(clocked),
    // A person finds it among others in the phone's settings by its name.
    name: `CN=Zaiku ${clocked.random(2)}, O=Zaiku`,
    ...span(clocked.now, certificateLimits.authorityDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await exportKey(keys) };
}

async function makeServer(authority: Signed, { dns, ip }: Names, clocked: Clocked): Promise<Signed> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const der = createPrivateKey(authority.key).export({ type: "pkcs8", format: "der" });
  const signingKey = await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialOf(clocked),
    subject: `CN=Zaiku server, O=Zaiku`,
    issuer: issuer.subject,
    ...span(clocked.now, certificateLimits.serverDays),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: signingKey as unknown as KeyPair["privateKey"],
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...dns.map((value) => ({ type: "dns" as const, value })),
        ...ip.map((value) => ({ type: "ip" as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await exportKey(keys) };
}

async function makeKeys(): Promise<KeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as unknown as KeyPair;
}

async function exportKey({ privateKey }: KeyPair): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();
}
