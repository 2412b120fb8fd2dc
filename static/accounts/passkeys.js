/* Asks the browser for a passkey and sends its answer; without scripts the form is simply not there. */
const LIFE_MS = 25 * 60 * 1000;

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readable(options) {
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  ["allowCredentials", "excludeCredentials"].forEach((list) => {
    (options[list] || []).forEach((one) => { one.id = toBytes(one.id); });
  });
  return options;
}

function written(credential) {
  const response = {};
  ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
    .forEach((name) => {
      if (credential.response[name]) response[name] = toText(credential.response[name]);
    });
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });
}

const answerTo = async (kind, options) =>
  written(await navigator.credentials[kind]({ publicKey: readable(JSON.parse(options)) }));

document.querySelectorAll("[data-passkey]").forEach((form) => {
  if (!window.PublicKeyCredential) return;
  form.hidden = false;
  document.querySelectorAll("[data-no-passkey]").forEach((one) => { one.hidden = true; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (performance.now() > LIFE_MS) {
      location.reload();
      return;
    }
    try {
      form.elements.answer.value = await answerTo(form.dataset.passkey, form.dataset.options);
      form.submit();
    } catch {
      form.querySelector("[role=alert]").hidden = false;
    }
  });
});

/* A button beside other fields: the passkey proves the act of this form, as the button names it. */
document.querySelectorAll("[data-uses-passkey]").forEach((button) => {
  if (!window.PublicKeyCredential) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { form, name, value } = button;
    try {
      form.elements.answer.value = await answerTo("get", button.dataset.options);
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      form.submit();
    } catch {
      button.nextElementSibling.hidden = false;
    }
  });
});
