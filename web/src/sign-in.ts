// Signing in with a passkey, and saying with this phone's key which phone it is.

import { deviceId, sign } from "./device-key";
import { post, showProblem } from "./http";
import { hasPasskeys, usePasskey } from "./passkey";
import { lines } from "./sign-in-message";

export function start(element: HTMLElement): void {
  const button = element.querySelector<HTMLButtonElement>("[data-act=sign-in]");
  if (button === null) return;
  element.querySelector("[data-needs-script]")?.remove();
  button.hidden = false;
  button.disabled = !hasPasskeys();
  button.addEventListener("click", () => {
    signIn().then(
      () => location.replace(element.dataset["next"] ?? "/"),
      (error: unknown) => showProblem(element, error),
    );
  });
}

async function signIn(): Promise<void> {
  const question = await post<PublicKeyCredentialRequestOptionsJSON>("/api/v1/sign-in/question", {});
  const response = await usePasskey(question);
  await post("/api/v1/sign-in", { response, ...(await phone(question.challenge)) });
}

async function phone(challenge: string): Promise<{ phone?: { device: string; signature: string } }> {
  const device = await deviceId();
  if (device === undefined) return {};
  return { phone: { device, signature: await sign(lines(challenge, device)) } };
}
