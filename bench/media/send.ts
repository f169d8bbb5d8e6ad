import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { STEP_BYTES } from './sample.ts';

const META = {
  video_name: 'bench',
  content_creator_wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  creator_share: 70,
  provider_share: 30,
};

/** Uploads the sample. @returns what was answered */
export async function sendSample(path: string, url: string, price = '0.001'): Promise<string> {
  const { status, answer } = await sendFile(path, url, { price });
  if (status !== 200) throw new Error(`the upload was answered ${status}: ${answer}`);
  return answer;
}

/** Uploads a file as a browser does. @param meta what `json_data` says besides the names and shares */
export async function sendFile(path: string, url: string, meta: object) {
  const boundary = '----WebKitFormBoundary7MA4YWxkTrZu0gW'; // as long as browsers make it: it is searched for
  const json = JSON.stringify({ ...META, ...meta });
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="json_data"\r\n\r\n${json}\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="bench.mp4"\r\nContent-Type: video/mp4\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const { size } = await stat(path);
  const req = request(`${url}/upload-content`, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + size + tail.length,
    },
  });
  const send = async () => {
    req.write(head);
    await pipeline(createReadStream(path, { highWaterMark: STEP_BYTES }), req, { end: false });
    req.end(tail);
  };
  const responded = once(req, 'response') as Promise<[IncomingMessage]>;
  const [[res]] = await Promise.all([responded, send()]);
  return { status: res.statusCode, answer: await text(res) };
}
