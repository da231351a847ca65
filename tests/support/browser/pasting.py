"""Paste and drop into the text of an edit page, as a browser would after a copy elsewhere."""

GIVEN = """(field, [kind, words, files]) => {
    const data = new DataTransfer();
    for (const [type, content] of Object.entries(words)) data.setData(type, content);
    for (const {name, mimeType, buffer} of files)
        data.items.add(new File([new Uint8Array(buffer)], name, {type: mimeType}));
    const options = {bubbles: true, cancelable: true};
    field.focus();
    const event = kind === "drop"
        ? new DragEvent("drop", {...options, dataTransfer: data})
        : new ClipboardEvent("paste", {...options, clipboardData: data});
    return !field.dispatchEvent(event);
}"""


def give(page, kind, words=None, files=()) -> bool:
    """Paste or drop words (content by media type) and files; return whether the page handled them itself."""
    files = [file | {"buffer": list(file["buffer"])} for file in files]
    return page.eval_on_selector("#id_body", GIVEN, [kind, words or {}, files])
