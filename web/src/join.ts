// A one-time link: makes a passkey or enrols this phone. The secret is read from the fragment and then taken out of it.

import { keepKey, makeKey } from "./device-key";
import { post, showProblem } from "./http";
import { makePasskey } from "./passkey";
import { text } from "./texts";

type Kind = "administrator" | "passkey" | "device" | "second" | "practice";

export function start(element: HTMLElement): void {
  // A link that is opened where this page stands already changes the fragment only.
  addEventListener("hashchange", () => location.reload());
  element.querySelector("[data-needs-script]")?.remove();
  const found = /^#(administrator|passkey|device|second|practice)=([0-9a-f]{64})$/.exec(location.hash);
  history.replaceState(null, "", location.pathname);
  if (found === null) {
    show(element, "nothing");
    return;
  }
  const kind = found[1] as Kind;
  const token = found[2] as string;
  show(element, kind);
  element.querySelector(`[data-act=${kind}]`)?.addEventListener("click", () => {
    use(element, kind, token).then(
      (done) => {
        element.querySelectorAll<HTMLElement>("[data-part], [data-problem]").forEach((part) => (part.hidden = true));
        const place = element.querySelector("[data-done]");
        if (place !== null) place.textContent = done;
        show(element, "done");
      },
      (error: unknown) => showProblem(element, error),
    );
  });
}

async function use(element: HTMLElement, kind: Kind, token: string): Promise<string> {
  if (kind === "device") return enrol(element, token);
  if (kind === "second") {
    const { encounter } = await post<{ encounter: string }>("/api/v1/encounters/join", { token });
    location.assign(`/check/${encounter}/judge`);
    return "";
  }
  if (kind === "practice") {
    const { way, encounter } = await post<{ way: string; encounter: string }>("/api/v1/practice/join", { token });
    location.assign(`/${way}/${encounter}/judge`);
    return "";
  }
  const body = { kind, token, name: value(element, "name") };
  const question = await post<PublicKeyCredentialCreationOptionsJSON>("/api/v1/join/question", body);
  const joined = await post<{ account: string }>("/api/v1/join", { ...body, response: await makePasskey(question) });
  return text("joined", { account: joined.account });
}

async function enrol(element: HTMLElement, token: string): Promise<string> {
  const { pair, publicKey } = await makeKey();
  const body = { token, public_key: publicKey, label: value(element, "label") };
  const { device } = await post<{ device: string }>("/api/v1/devices", body);
  await keepKey(pair, device);
  return text("enrolled");
}

function value(element: HTMLElement, name: string): string {
  return element.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value.trim() ?? "";
}

function show(element: HTMLElement, part: string): void {
  const found = element.querySelector<HTMLElement>(`[data-part=${part}]`);
  if (found !== null) found.hidden = false;
}
