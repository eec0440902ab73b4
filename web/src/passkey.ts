// Passkeys: the browser's own dialogue, with the server's question in and its answer out.

import { Problem } from "./http";
import { text } from "./texts";

/** Whether this browser can make and use passkeys. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** Makes a passkey; the answer as the server reads it. */
export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return answered(navigator.credentials.create({ publicKey }));
}

/** Uses a passkey; the answer as the server reads it. */
export async function usePasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return answered(navigator.credentials.get({ publicKey }));
}

async function answered(asking: Promise<Credential | null>): Promise<unknown> {
  const given = await asking.catch(() => null);
  if (given === null) throw new Problem("passkey_not_used", text("passkey-not-used"), text("passkey-not-used-remedy"));
  return (given as PublicKeyCredential).toJSON();
}
