// The broadcasting server of the README of npm ws ("Server broadcast"), with what it advises for speed:
// no compression, no UTF-8 check of what comes in. Who connects to /pub publishes to all others.
const { WebSocketServer, WebSocket } = require("ws");

const wss = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  backlog: 4096,
  perMessageDeflate: false,
  skipUTF8Validation: true,
});
wss.on("connection", (ws, request) => {
  ws.on("error", () => ws.terminate());
  if (request.url !== "/pub") {
    return;
  }
  ws.on("message", (data) => {
    for (const client of wss.clients) {
      if (client !== ws && client.readyState === WebSocket.OPEN) {
        client.send(data, { binary: false });
      }
    }
  });
});
wss.on("listening", () => console.log(JSON.stringify({ port: wss.address().port })));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
