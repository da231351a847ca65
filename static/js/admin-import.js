// Uploads dropped or chosen files in parts, and resumes after a lost connection.
(() => {
  const TAKEN = /\.(zip|xml|xml\.gz|json|md|markdown|mdx|html?|avif|gif|jpe?g|png|webp)$/i;
  // Files that a text may link to, as in blog/documents/linked_types.py; a zip file is always an import of its own.
  const LINKED = /\.(csv|docx|epub|gz|ics|m4a|mp3|mp4|odp|ods|odt|pdf|pptx|txt|webm|xlsx)$/i;
  // Configurations of site generators, as in blog/documents/generators/reading.py
  const CONFIGURATION = new RegExp(
    "(^|/)(_?config\\.(toml|ya?ml|json)|(hugo|zola)\\.(toml|ya?ml|json)|mkdocs\\.ya?ml|(pelican|publish)conf\\.py" +
      "|(astro|docusaurus|eleventy)\\.config\\.[cm]?[jt]s|config/_default/\\w+\\.(toml|ya?ml|json))$",
  );
  const TEXT = /\.(zip|xml|xml\.gz|json|md|markdown|mdx|html?)$/i;
  const RETRY = 2000; // milliseconds between two attempts without a connection

  const words = (name) => document.querySelector(`#upload-words [data-word="${name}"]`).textContent;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
  class Refusal extends Error {}

  const box = document.getElementById("upload");
  const errorNote = document.getElementById("upload-error");
  const showError = (text) => {
    errorNote.textContent = text;
    errorNote.hidden = !text;
    if (text) errorNote.scrollIntoView({ block: "nearest" });
  };
  const show = (received, size, name) => {
    const part = size ? Math.floor((100 * received) / size) : 100;
    box.hidden = false;
    box.querySelector("[data-part]").textContent = part;
    box.querySelector("progress").value = part;
    if (name) box.querySelector("[data-name]").textContent = name;
  };

  // The files of a dropped folder have paths relative to it. The folder's name becomes the source.

  const readEntries = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
  const walk = async (entry, path, found) => {
    if (entry.name.startsWith(".") || entry.name === "node_modules" || entry.name === "__MACOSX") return;
    if (entry.isFile) {
      found.push({ path: path + entry.name, file: await fileOf(entry) });
      return;
    }
    const reader = entry.createReader();
    for (let chunk = await readEntries(reader); chunk.length; chunk = await readEntries(reader)) {
      for (const child of chunk) await walk(child, `${path}${entry.name}/`, found);
    }
  };
  const dropped = async (transfer) => {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) return { files: listed(transfer.files), folder: "" };
    const found = [];
    for (const entry of entries) await walk(entry, "", found);
    const isFolder = entries.length === 1 && entries[0].isDirectory;
    const folder = isFolder ? entries[0].name : "";
    const files = isFolder
      ? found.map(({ path, file }) => ({ path: path.slice(folder.length + 1), file }))
      : found;
    const isTaken = ({ path }) => isNeeded({ path }) || LINKED.test(path);
    const isInFolder = ({ path }) => !isFolder || !/\.zip$/i.test(path);
    return { files: files.filter((file) => isTaken(file) && isInFolder(file)), folder };
  };
  const isNeeded = ({ path }) => TAKEN.test(path) || CONFIGURATION.test(path);
  const sizeOf = (files) => files.reduce((sum, { file }) => sum + file.size, 0);
  const listed = (files) => [...files].map((file) => ({ path: file.name, file }));
  const inOrder = (files) => files.sort((a, b) => (a.path < b.path ? -1 : 1));

  const answerOf = async (response) => {
    if (response.redirected || response.status === 403) throw new Refusal(words("login"));
    if (response.headers.get("Content-Type")?.startsWith("text/plain")) throw new Refusal(await response.text());
    if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new Refusal(words("failed"));
    const answer = await response.json();
    if (answer.errors) throw new Refusal(Object.values(answer.errors).flat().join(" "));
    return answer;
  };
  const ask = async (address, options = {}) => {
    // Retry while offline or while the site is busy: the server keeps the parts that it has received.
    for (;;) {
      try {
        const headers = { Accept: "application/json", "X-CSRFToken": token(), ...options.headers };
        const response = await fetch(address, { ...options, headers });
        if (response.status < 502 || response.status > 504) return await answerOf(response);
      } catch (error) {
        if (error instanceof Refusal || error.name === "AbortError") throw error;
      }
      box.querySelector("[data-name]").textContent = words("lost");
      await wait(RETRY);
      if (options.body) return null; // the caller must ask first how much has arrived
    }
  };

  const send = async (files, sending, stop) => {
    const stream = new Blob(files.map(({ file }) => file));
    const name = document.querySelector(".under bdi")?.textContent || files.map(({ path }) => path)[0];
    let { received } = sending;
    while (received < sending.size) {
      show(received, sending.size, name);
      const end = Math.min(sending.size, received + sending.part_bytes);
      const body = await stream.slice(received, end).arrayBuffer().catch(() => {
        throw new Refusal(words("unreadable"));
      });
      const type = { "Content-Type": "application/octet-stream" };
      const answer = await ask(`${sending.part}?offset=${received}`, { method: "POST", body, headers: type, signal: stop });
      received = (answer || (await ask(sending.part, { signal: stop }))).received;
    }
    show(sending.size, sending.size, name);
    press(sending.page, "_check");
  };
  let isLeaving = false;
  const press = (address, name) => {
    isLeaving = true;
    const form = document.createElement("form");
    form.method = "post";
    form.action = address;
    for (const [key, value] of [["csrfmiddlewaretoken", token()], [name, "1"]]) {
      const field = document.createElement("input");
      [field.type, field.name, field.value] = ["hidden", key, value];
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };

  const go = (address) => {
    isLeaving = true;
    location.assign(address);
  };

  // One upload at a time. Stop ends it and opens its own page, where it can be resumed.
  let stopping = null;
  let page = "";
  const run = async (begin) => {
    if (stopping) return;
    stopping = new AbortController();
    showError("");
    try {
      await begin(stopping.signal);
    } catch (error) {
      if (error.name === "AbortError") return go(page);
      showError(error instanceof Refusal ? error.message : words("failed"));
      box.hidden = true;
    }
    stopping = null;
  };
  document.querySelector("[data-cancel]")?.addEventListener("click", () => stopping?.abort());

  const form = document.getElementById("import-form");
  const announce = async (files, folder, signal) => {
    if (!files.some(({ path }) => TEXT.test(path))) throw new Refusal(words("none"));
    const most = Number(form.dataset.most);
    if (sizeOf(files) > most) files = files.filter(isNeeded); // without videos and the like
    if (sizeOf(files) > most) throw new Refusal(words("size"));
    inOrder(files);
    const body = new FormData(form);
    body.delete("files");
    body.set("manifest", JSON.stringify(files.map(({ path, file }) => [path, file.size])));
    body.set("folder", folder);
    const sending = await ask(form.action, { method: "POST", body, signal });
    if (!sending) throw new Refusal(words("failed"));
    page = sending.page;
    history.replaceState(null, "", page); // a reload resumes there
    await send(files, sending, signal);
  };
  const resume = async (files, form, signal) => {
    page = location.href;
    const sending = await ask(form.dataset.part, { signal });
    const manifestOf = (files) => JSON.stringify(inOrder(files).map(({ path, file }) => [path, file.size]));
    const wanted = JSON.stringify(sending.manifest);
    const same = [files, files.filter(isNeeded)].find((some) => manifestOf(some) === wanted);
    if (!same) throw new Refusal(words("other"));
    await send(same, sending, signal);
  };

  const field = document.getElementById("files");
  const resumed = document.getElementById("resume-form");
  const take = ({ files, folder }) => files.length && run((signal) => (form ? announce(files, folder, signal) : resume(files, resumed, signal)));
  field?.addEventListener("change", () => {
    const files = listed(field.files);
    field.value = ""; // so that choosing the same files again triggers a change
    take({ files, folder: "" });
  });
  const zone = form || resumed;
  if (zone && field) {
    const drop = document.getElementById("drop") || zone;
    addEventListener("dragover", (event) => {
      event.preventDefault(); // otherwise the browser opens the file
      drop.classList.add("over");
    });
    addEventListener("dragleave", (event) => event.relatedTarget || drop.classList.remove("over"));
    addEventListener("drop", async (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      take(await dropped(event.dataTransfer));
    });
    form?.addEventListener("submit", (event) => event.preventDefault()); // Enter in a field: nothing to submit yet
  }
  addEventListener("beforeunload", (event) => {
    if (stopping && !isLeaving) event.preventDefault();
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    document.querySelector("[data-ctrl-enter]")?.click();
  });
})();
