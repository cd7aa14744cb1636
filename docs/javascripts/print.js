// A printed page says at its end where it is from. The address is the reader's, unless the build knows the published one.

addEventListener("beforeprint", () => {
  for (const place of document.querySelectorAll(".printed-from:empty")) place.textContent = `From ${location.origin}${location.pathname}`
})
