// Runs inside a function's container: calls the function through its emulator as often as it is told, one call after another,
// and says how long each took and what the function's process has used by then. Arguments: the event, how often.
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';

const [event = '{}', times = '1'] = process.argv.slice(-2);
const url = 'http://127.0.0.1:8080/2015-03-31/functions/function/invocations';

function invoke() {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST' }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      answer.on('end', () => resolve({ text, time: performance.now() - began }));
    });
    call.once('error', reject);
    call.end(event);
  });
}

/** Of the largest process of Node's but this one: memory in kB, processor time in milliseconds. */
function usage() {
  const read = (pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      // Fields 14 and 15, in hundredths of a second; the name before them is in brackets.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      const cpu = 10 * (Number(fields[11]) + Number(fields[12]));
      const isNode = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node');
      return isNode && Number(pid) !== process.pid
        ? { resident: of('VmRSS'), own: of('RssAnon'), cpu }
        : null;
    } catch {
      return null;
    }
  };
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(read);
  return all.filter((one) => one !== null).sort((a, b) => b.resident - a.resident)[0] ?? null;
}

const calls = [];
for (let n = 0; n < Number(times); n++) calls.push(await invoke());
const { text } = calls[calls.length - 1] ?? { text: '' };
console.log(JSON.stringify({ times: calls.map(({ time }) => time), text, usage: usage() }));
