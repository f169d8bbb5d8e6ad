import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigError } from '../../../indexer/config/config.ts';
import { loadEnvFile } from '../../../indexer/config/env-file.ts';
import { node, runChild } from '../../child.ts';

const MAIN = join(import.meta.dirname, '../../../indexer/main.ts');

describe('.env', () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'env-'));
    path = join(dir, '.env');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const loaded = (content: string | Uint8Array, set: Record<string, string> = {}) => {
    writeFileSync(path, content);
    const env = { ...set };
    loadEnvFile(path, env);
    return env;
  };
  const refusal = (load: () => void) => {
    try {
      load();
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  it('keeps its first line when it begins with a byte order mark', () => {
    expect(loaded('\ufeffETH_RPC_URL=http://a\r\nPORT=1\r\n')).to.deep.equal({
      ETH_RPC_URL: 'http://a',
      PORT: '1',
    });
  });

  it('sets nothing that is set, and nothing where there is no file', () => {
    expect(loaded('PORT=1\nHOST="::1" # all', { PORT: '' })).to.deep.equal({ PORT: '', HOST: '::1' });
    rmSync(path);
    expect(refusal(() => loadEnvFile(path, {}))).to.deep.equal([]);
  });

  const broken: [name: string, content: string | Uint8Array][] = [
    ['UTF-16 with a byte order mark', Buffer.from('\ufeffPORT=1\n', 'utf16le')],
    ['UTF-16 without one', Buffer.from('PORT=1\n', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('\ufeffPORT=1\n', 'utf16le').swap16()],
    ['Latin-1', Buffer.from('HOST=caf\u00e9', 'latin1')],
    ['two files in one, each with its mark', '\ufeffPORT=1\n\ufeffETH_RPC_URL=http://a\n'],
    ['something with NUL', 'PORT=1\0\n'],
  ];
  for (const [name, content] of broken) {
    it(`stops the start where it is ${name}`, () => {
      const [problem = '', ...others] = refusal(() => loaded(content));
      expect(problem).to.contain(path).and.to.contain('UTF-8');
      expect(others).to.deep.equal([]);
    });
  }

  it('stops the start where it is there and can not be read', () => {
    mkdirSync(path);
    expect(refusal(() => loadEnvFile(path, {}))).to.deep.equal([`${path}: can not be read (EISDIR)`]);
  });

  it('is read so by the host, which then does not come up as a development host', async () => {
    const started = async (content: string | Uint8Array) => {
      writeFileSync(path, content);
      const env = { ETH_RPC_URL: undefined, PORT: undefined };
      const { how: code, stderr } = await runChild(node(MAIN), env, { cwd: dir });
      return { code, stderr };
    };
    const bom = await started('\ufeffPORT=none\n');
    expect(bom).to.deep.equal({
      code: 1,
      stderr: 'Configuration is wrong:\n  PORT: must be a port number\n',
    });
    const wide = await started(Buffer.from('PORT=1\n', 'utf16le'));
    expect(wide.code).to.equal(1);
    expect(wide.stderr).to.match(/^Configuration is wrong:\n {2}\.env: .*UTF-8.*\n$/);
  });
});
