// Passkeys: has the browser make or use one, and submits its answer. Also small helps for forms of codes.
(() => {
  const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const toText = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const described = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  const optionsOf = (form) => {
    const { publicKey } = JSON.parse(form.dataset.options);
    publicKey.challenge = toBytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = toBytes(publicKey.user.id);
    for (const list of ["allowCredentials", "excludeCredentials"]) if (publicKey[list]) publicKey[list] = described(publicKey[list]);
    publicKey.timeout = 120_000;
    return publicKey;
  };

  const answerOf = ({ rawId, type, response }) => {
    const parts = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (response[name]) parts[name] = toText(response[name]);
    return JSON.stringify({ id: toText(rawId), rawId: toText(rawId), type, response: parts });
  };

  let running; // the request that the browser shows now; there can be only one

  const ask = async (form, isAutofill) => {
    running?.abort();
    const { signal } = (running = new AbortController());
    const parts = { failed: form.querySelector(".failed"), waiting: form.querySelector(".waiting"), stops: form.querySelector(".stops") };
    const show = (isWaiting) => {
      parts.waiting.hidden = parts.stops.hidden = isAutofill || !isWaiting;
      form.querySelector("[type=submit]").hidden = !isAutofill && isWaiting;
      form.closest(".doors")?.classList.toggle("is-waiting", !isAutofill && isWaiting);
    };
    parts.failed.hidden = true;
    show(true);
    if (!isAutofill) parts.stops.focus();
    try {
      const request = { publicKey: optionsOf(form), signal };
      if (isAutofill) request.mediation = "conditional";
      const credential = await navigator.credentials[form.dataset.passkey](request);
      form.elements.answer.value = answerOf(credential);
      form.submit();
    } catch (error) {
      if (isAutofill) return;
      show(false);
      parts.failed.hidden = signal.aborted && running?.signal !== signal;
      const button = form.querySelector("[type=submit]");
      if (!parts.failed.hidden && form.dataset.again) {
        button.textContent = form.dataset.again;
        button.classList.add("default");
        document.querySelector("#login-form .default")?.classList.remove("default");
      }
      button.focus();
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      form.hidden = true;
      form.nextElementSibling.classList.add("is-told");
      continue;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form, false);
    });
    form.querySelector(".stops").addEventListener("click", () => running?.abort());
    if ("atOnce" in form.dataset && form.querySelector(".failed").hidden) ask(form, false);
    if ("autofill" in form.dataset)
      PublicKeyCredential.isConditionalMediationAvailable?.().then((isThere) => isThere && ask(form, true));
  }

  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") document.querySelector(":is(.ask-line, .open-form) a.quiet")?.click();
  });

  for (const input of document.querySelectorAll("input[data-digits]"))
    input.addEventListener("input", () => {
      if (input.value.replace(/\s/g, "").length === Number(input.dataset.digits)) input.form.requestSubmit();
    });

  for (const box of document.querySelectorAll("[data-enables]")) {
    const button = box.form.querySelector("button");
    const follow = () => button.setAttribute("aria-disabled", String(!box.checked));
    box.addEventListener("change", follow);
    follow();
  }

  for (const button of document.querySelectorAll("[data-copies]"))
    button.addEventListener("click", () => {
      const lines = [...document.querySelectorAll(`${button.dataset.copies} li`)].map((item) => item.textContent);
      navigator.clipboard.writeText(lines.join("\n"));
    });
  for (const button of document.querySelectorAll("[data-prints]")) button.addEventListener("click", () => print());
})();
