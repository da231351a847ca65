// The image library: find, upload, drop or paste an image for the article, the author or the text.
(() => {
  const dialog = document.getElementById("library");
  const $ = window.django?.jQuery;
  if (!dialog || !dialog.showModal) return;
  const editor = document.querySelector(".pair textarea");
  const hero = document.querySelector("#id_hero_image, #id_picture");
  const search = dialog.querySelector("input[type=search]");
  const file = dialog.querySelector("input[type=file]");
  const found = dialog.querySelector(".library-found");
  const fault = dialog.querySelector("[role=alert]");
  let target = "text";

  const show = async (address) => {
    try {
      const answer = await fetch(address);
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      found.innerHTML = await answer.text(); // from our server, with names escaped
    } catch {
      fault.textContent = dialog.dataset.failed;
    }
  };
  const list = () => show(`${dialog.dataset.list}?${new URLSearchParams({ q: search.value.trim() })}`);
  const open = (place) => {
    target = place;
    fault.textContent = "";
    search.value = "";
    dialog.showModal();
    search.focus();
    list();
  };

  const intoText = ({ url, alt }) => {
    const words = `![${alt.replace(/[\[\]\\]/g, "\\$&").replace(/\s+/g, " ")}](${url})`;
    editor.focus();
    if (document.execCommand("insertText", false, words)) return;
    editor.setRangeText(words, editor.selectionStart, editor.selectionEnd, "end");
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // Alt text and credit of the previous image do not apply to another one.
  let before = hero?.value;
  const forgetWords = () => {
    if (hero.value === before) return;
    before = hero.value;
    for (const field of document.querySelectorAll("#id_hero_alt, #id_hero_credit, #id_hero_is_decorative")) {
      if (field.type === "checkbox") field.checked = false; else field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const asHero = ({ id, url, alt, name }) => {
    if (![...hero.options].some((option) => option.value === id)) hero.add(new Option(name, id));
    hero.value = id;
    hero.dispatchEvent(new Event("input", { bubbles: true }));
    $(hero).trigger("change");
    const box = document.querySelector(":is(.field-hero_preview, .field-picture_preview) .readonly");
    const picture = Object.assign(document.createElement("img"), { className: "thumb", src: url, alt: "" });
    const words = Object.assign(document.createElement("p"), { className: "credit", textContent: alt });
    box?.replaceChildren(picture, words);
  };
  const choose = (image) => {
    if (dialog.open) dialog.close();
    if (target === "hero") asHero(image); else intoText(image);
  };

  const upload = async (picture) => {
    fault.textContent = "";
    dialog.setAttribute("aria-busy", "true");
    const data = new FormData();
    data.append("image", picture);
    data.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    try {
      const answer = await fetch(dialog.dataset.upload, { method: "POST", body: data });
      const stored = await answer.json();
      if (!stored.id) throw new Error([].concat(stored.image).join(" "));
      choose({ ...stored, id: String(stored.id), alt: "" });
    } catch (error) {
      if (!dialog.open) dialog.showModal();
      fault.textContent = error instanceof SyntaxError || error instanceof TypeError ? dialog.dataset.failed : error.message;
    }
    dialog.removeAttribute("aria-busy");
  };
  const take = (event, transfer, place) => {
    const [picture] = transfer?.files || [];
    if (!picture) return;
    event.preventDefault();
    event.stopPropagation();
    if (place) target = place;
    upload(picture);
  };
  // An image dropped or pasted on the hero image's fieldset becomes the hero image; in the dialog, it goes where it was opened for.
  const accept = (box, place) => {
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => take(event, event.dataTransfer, place));
    box.addEventListener("paste", (event) => take(event, event.clipboardData, place));
  };

  accept(dialog, "");
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(list, 200); });
  file.addEventListener("change", () => { if (file.files[0]) upload(file.files[0]); file.value = ""; });
  dialog.addEventListener("click", (event) => {
    const pressed = event.target.closest("button, a");
    if (!pressed) return;
    if (pressed.value === "close") dialog.close();
    else if (pressed.matches(".library-more")) { event.preventDefault(); show(pressed.href); } else if (pressed.dataset.url) choose({ id: pressed.value, ...pressed.dataset });
  });

  for (const tool of document.querySelectorAll("[data-library=text]")) {
    tool.hidden = false;
    tool.addEventListener("click", () => open("text"));
  }
  if (hero) $(hero).on("change", forgetWords);
  const wrapper = hero?.closest(".related-widget-wrapper");
  if (wrapper) {
    wrapper.before(document.getElementById("library-of-hero").content.cloneNode(true));
    wrapper.previousElementSibling.addEventListener("click", () => open("hero"));
    accept(hero.closest("fieldset"), "hero");
  }
})();
