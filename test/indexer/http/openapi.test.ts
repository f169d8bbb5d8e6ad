import { request } from 'node:http';
import { expect } from 'chai';
import { type Api, startApi, UPLOAD, useApi } from './api.ts';

interface Response {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, unknown>;
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { encoding?: unknown }> };
  responses: Record<string, Response>;
}

type Paths = Record<string, Record<string, Operation>>;

describe('GET /openapi.json', () => {
  const api = useApi();
  let paths: Paths;
  const pathsOf = async (host: Api) => (await host.get('/openapi.json')).body.paths as Paths;
  const operations = (of: Paths) =>
    Object.entries(of).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, method, operation })),
    );

  before(async () => {
    paths = await pathsOf(api);
  });

  for (const method of ['get', 'head']) {
    it(`tells what ${method} /ipfs/{cid} takes`, () => {
      const { parameters = [] } = paths['/ipfs/{cid}']?.[method] ?? {};
      expect(parameters.map((each) => `${each.in} ${each.name}`)).to.have.members([
        'path cid',
        'query filename',
        'query download',
        'query format',
        'query dag-scope',
        'query entity-bytes',
        'query car-version',
        'query car-order',
        'query car-dups',
        'header Range',
        'header If-Range',
        'header If-None-Match',
      ]);
      const optional = parameters.filter((each) => each.in !== 'path');
      for (const { name, required } of optional) expect(required, name).to.equal(false);
    });
  }

  it('tells the headers that /ipfs/{cid} answers with, each status its own', async () => {
    const { body } = await api.upload('a video', UPLOAD);
    const { cid } = body.meta as { cid: string };
    const asked: [method: string, headers: Record<string, string>, status: number][] = [
      ['get', {}, 200],
      ['head', {}, 200],
      ['get', { range: 'bytes=1-2' }, 206],
      ['head', { range: 'bytes=1-2' }, 206],
      ['get', { accept: 'application/vnd.ipld.raw' }, 200],
      ['get', { 'if-none-match': `"${cid}"` }, 304],
      ['get', { range: 'bytes=99-' }, 416],
    ];
    for (const [method, headers, status] of asked) {
      const response = await fetch(`${api.url}/ipfs/${cid}?filename=a.mp4`, {
        method: method.toUpperCase(),
        headers,
      });
      await response.arrayBuffer();
      expect(response.status).to.equal(status);
      const told = Object.keys(paths['/ipfs/{cid}']?.[method]?.responses[status]?.headers ?? {});
      expect(told).to.include(status === 416 ? 'Content-Range' : 'ETag');
      if (status === 206) expect(told).to.include('Content-Range');
      for (const name of told.filter((name) => name !== 'Content-Location' || 'accept' in headers))
        expect(response.headers.has(name), `${method} ${status} ${name}`).to.equal(true);
      const sent = ['Accept-Ranges', 'Content-Disposition', 'Content-Range', 'ETag', 'X-Ipfs-Path'];
      expect(told).to.include.members(sent.filter((name) => response.headers.has(name)));
    }
  });

  it('has no body in the answers to HEAD', () => {
    const { responses = {} } = paths['/ipfs/{cid}']?.head ?? {};
    expect(responses).to.include.keys('200', '206', '304', '404', '416');
    for (const [status, answer] of Object.entries(responses)) {
      expect(answer, status).to.not.have.property('content');
    }
  });

  it('says that json_data of an upload is JSON', () => {
    const { content } = paths['/upload-content']?.post?.requestBody ?? {};
    expect(content?.['multipart/form-data']?.encoding).to.deep.equal({
      json_data: { contentType: 'application/json' },
    });
  });

  it('tells of the guard where writes need no signature', async () => {
    for (const { name, method, operation } of operations(paths)) {
      expect(operation.responses[421]?.description, name).to.contain('`host_not_allowed`');
      const refusal = operation.responses[403]?.description;
      const isOperators = /\/(offers|takedowns)\//.test(name);
      if (isOperators || !['get', 'head'].includes(method))
        expect(refusal, name).to.contain('`origin_not_allowed`');
      else expect(refusal ?? '', name).to.not.contain('origin_not_allowed');
    }
    expect(paths['/register']?.post?.responses[401]?.description).to.contain('`signature_required`');
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' };
      request(`${api.url}/healthz`, { headers }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).to.equal(421);
  });

  it('tells of no guard where there is none', async () => {
    const open = await startApi({ remote: true });
    const found = operations(await pathsOf(open));
    await open.stop();
    for (const { name, operation } of found) {
      expect(operation.responses, name).to.not.have.property('421');
      if (/\/(offers|takedowns)\//.test(name)) continue; // no page ever calls these
      expect(operation.responses[403]?.description ?? '', name).to.not.contain('origin_not_allowed');
    }
  });

  it('tells the id of the request with every answer, and when to try again', () => {
    for (const { name, operation } of operations(paths)) {
      for (const [status, { headers }] of Object.entries(operation.responses)) {
        expect(headers, `${name} ${status}`).to.have.property('X-Request-Id');
        if (status === '503' && name !== 'get /readyz') {
          expect(headers, `${name} ${status}`).to.have.property('Retry-After');
        }
      }
    }
  });

  it('tells both that /readyz answers with 503', () => {
    const { description, content } = paths['/readyz']?.get?.responses[503] ?? {};
    expect(content).to.have.keys('application/json', 'application/problem+json');
    expect(description).to.contain('`unavailable`');
  });

  it('says that a name is not part of the terms', () => {
    for (const path of ['/upload-content', '/register']) {
      expect(JSON.stringify(paths[path]?.post), path).to.match(/video_name is not part of the terms/);
    }
  });
});
