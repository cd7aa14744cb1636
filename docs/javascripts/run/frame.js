// All that the frame around Python does: it makes the worker. The frame stands in the page without an address of its own
// (python.js), so that the browser keeps nothing for what runs there; its policy, which the worker takes over, allows no request.

addEventListener("message", ({ data: program, ports: [port, alarm] }) => {
  const worker = new Worker(URL.createObjectURL(new Blob([program], { type: "text/javascript" })))
  worker.onerror = ({ message }) => alarm.postMessage(message)
  worker.postMessage(null, [port])
}, { once: true })
