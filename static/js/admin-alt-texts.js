// Save each description when the user moves to the next field; the button saves the rest.
(() => {
  const form = document.getElementById("picture-alt-texts");
  if (!form) return;
  const said = document.getElementById("described");
  const fields = [...form.querySelectorAll("textarea")];
  for (const hint of form.querySelectorAll(".with-script")) hint.hidden = false;
  // Send requests one after another: two may change the same article.
  let last = Promise.resolve();

  const tell = (field, sentence, isSaved) => {
    const line = field.parentElement.querySelector(".saved-here");
    line.textContent = sentence;
    line.className = `saved-here sign ${isSaved ? "ok" : "stop"}`;
    line.hidden = false;
    said.textContent = sentence;
  };
  const save = async (field) => {
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "scope"]) data.append(name, form.elements[name].value);
    data.append("picture", field.parentElement.querySelector("[name=picture]").value);
    data.append("description", field.value);
    const typed = field.value;
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const { said: sentence } = await answer.json();
      tell(field, sentence, answer.ok);
      // The button must not send saved descriptions again.
      if (answer.ok && field.value === typed) field.dataset.saved = typed;
    } catch {
      tell(field, form.dataset.failed, false);
    }
  };
  const isTyped = (field) => field.value.trim() && field.value !== field.dataset.saved;
  for (const field of fields) {
    field.addEventListener("change", () => { if (isTyped(field)) last = last.then(() => save(field)); });
  }
  form.addEventListener("submit", () => {
    for (const field of fields) if (!isTyped(field)) field.disabled = field.parentElement.querySelector("[name=picture]").disabled = true;
  });
})();
