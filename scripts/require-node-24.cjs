'use strict';

// Plain old JavaScript on purpose: any Node.js, however old, can read it and say what is missing.
var NEEDED = [24, 16];

var running = process.versions.node.split('.').map(Number);
var isOlder = running[0] < NEEDED[0] || (running[0] === NEEDED[0] && running[1] < NEEDED[1]);

if (isOlder) {
  var need = 'Docket needs Node.js ' + NEEDED.join('.') + ' or newer, and this is ';
  var help = ': on Linux and Windows `npm ci` brings it, elsewhere please install it.';
  console.error(need + running.join('.') + help);
  process.exit(1);
}
