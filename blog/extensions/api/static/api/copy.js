// Copy the new token. Without this script, its field is selected and copied by hand.
const button = document.querySelector("[data-copy]");
const field = document.querySelector("[data-secret]");
field.select();
button.hidden = !navigator.clipboard;
button.addEventListener("click", async () => {
  await navigator.clipboard.writeText(field.value);
  button.textContent = button.dataset.copied;
  const said = document.getElementById("said");
  if (said) said.textContent = button.dataset.copied;
});
