// A peer for `cargo xtask interop`: npm `ws`. It reports on stdout what it sees.
//
// ws_server.js [CERTIFICATE KEY]
//
// Paths and reports are those of websockets_server.py. /close without a code sends an empty Close.

"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const { WebSocketServer } = require("ws");

const sha1 = (octets) => createHash("sha1").update(octets).digest("hex");

// Octets of which no four are like any other four: the numbers from 0 on.
function counted(size) {
  const octets = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) octets.writeUInt32BE(at / 4, at);
  return octets;
}

function burst(socket, octets, count) {
  const length = Math.ceil(octets.length / count);
  for (let at = 0; at < octets.length; at += length) {
    const fin = at + length >= octets.length;
    socket.send(octets.subarray(at, at + length), { binary: true, fin });
  }
}

function visit(socket, request) {
  const url = new URL(request.url, "ws://localhost");
  const query = (name) => url.searchParams.get(name);
  const say = (...words) => console.log(query("id"), ...words);
  const digest = createHash("sha1");
  let [messages, total] = [0, 0];
  socket.on("ping", (data) => say("ping", data.toString("hex")));
  socket.on("message", (octets, isBinary) => {
    messages += 1;
    total += octets.length;
    digest.update(octets);
    if (url.pathname === "/echo") {
      say("message", isBinary ? "binary" : "text", octets.length, sha1(octets));
      socket.send(octets, { binary: isBinary });
    }
  });
  socket.on("error", (error) => console.error(query("id"), error));
  socket.on("close", (code) => say("closed", code, messages, total, digest.digest("hex")));
  say("opened");
  if (url.pathname === "/burst") burst(socket, counted(Number(query("size"))), Number(query("parts")));
  if (url.pathname === "/close") socket.close(query("code") ? Number(query("code")) : undefined);
}

async function main([certificate, key]) {
  const servers = [http.createServer()];
  if (certificate) {
    servers.push(https.createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }));
  }
  for (const server of servers) {
    new WebSocketServer({ server, maxPayload: 0 }).on("connection", visit);
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  }
  console.log("listening", ...servers.map((server) => server.address().port));
}

main(process.argv.slice(2));
