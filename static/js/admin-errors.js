// A form that came back begins with what is wrong with it: there the keyboard starts, and there reading aloud does.
document.querySelector(".error-summary")?.focus();
