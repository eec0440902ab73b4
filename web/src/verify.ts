// Before a form is sent: the phone verifies who holds it, with the passkey of the person who is signed in.

import { post, showProblem } from "./http";
import { usePasskey } from "./passkey";

export function start(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  element.querySelector("[data-needs-script]")?.remove();
  element.querySelectorAll<HTMLButtonElement>("button[hidden]").forEach((button) => (button.hidden = false));
  let verified = false;
  element.addEventListener("submit", (event) => {
    if (verified) return;
    event.preventDefault();
    const button = event.submitter;
    verify().then(
      () => {
        verified = true;
        element.requestSubmit(button);
      },
      (error: unknown) => showProblem(element, error),
    );
  });
}

async function verify(): Promise<void> {
  const question = await post<PublicKeyCredentialRequestOptionsJSON>("/api/v1/session/question", {});
  await post("/api/v1/session/verification", { response: await usePasskey(question) });
}
