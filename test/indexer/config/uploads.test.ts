import { expect } from 'chai';
import { ConfigError, readConfig } from '../../../indexer/config/config.ts';

const GIB = 1024 ** 3;

describe('configuration of sign-in and uploads', () => {
  it('has safe defaults, for blank variables too', () => {
    const blank = { PUBLIC_URL: ' ', SESSION_SECRET: '', UPLOAD_WALLET_BYTES: '', MAX_CONNECTIONS: ' ' };
    for (const env of [{}, blank]) {
      const config = readConfig(env);
      expect(config).to.include({ publicUrl: undefined, sessionSecret: undefined, maxConnections: 1_000 });
      expect(config).to.include({ sessionSec: 86_400, uploadStageSec: 86_400 });
      expect(config.uploadQuota).to.deep.equal({
        walletBytes: 32 * GIB,
        walletUploads: 20,
        clientDayBytes: 32 * GIB,
        clientDayUploads: 100,
        hostBytes: 128 * GIB,
        chainDayBytes: 16 * 1024 ** 2,
      });
      expect(config.maxUploadBytes).to.be.at.most(config.uploadQuota.walletBytes);
    }
  });

  it('names every wrong key at once', () => {
    const wrong = {
      PUBLIC_URL: 'host.example.org',
      SESSION_SECRET: 'too short',
      SESSION_HOURS: '0',
      UPLOAD_STAGE_HOURS: 'a day',
      UPLOAD_WALLET_BYTES: '-1',
      UPLOAD_WALLET_FILES: '1.5',
      UPLOAD_IP_DAY_BYTES: '1 GB',
      UPLOAD_IP_DAY_FILES: '0',
      UPLOAD_STAGED_BYTES: 'all',
      ETHSTORAGE_DAY_BYTES: 'all',
      MAX_CONNECTIONS: '0',
      FFMPEG: 'bin/ffmpeg',
      RENDITIONS: '480,241',
    };
    try {
      readConfig(wrong);
      expect.fail('it is taken');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const keys = error.problems.map((line) => line.slice(0, line.indexOf(':')));
      expect(keys).to.have.members(Object.keys(wrong));
      expect(error.message).to.not.contain('too short');
    }
  });

  it('knows what ffmpeg makes of protected uploads', () => {
    expect(readConfig({})).to.deep.include({ ffmpeg: 'ffmpeg', renditions: [] });
    const asked = readConfig({ FFMPEG: '/opt/ffmpeg', RENDITIONS: '240, 480,240' });
    expect(asked).to.deep.include({ ffmpeg: '/opt/ffmpeg', renditions: [480, 240] });
    expect(readConfig({ FFMPEG: 'off' })).to.include({ ffmpeg: null });
    for (const RENDITIONS of ['142', '2162', '481', 'all', '480p', '144,146,148,150,152,154,156']) {
      expect(() => readConfig({ RENDITIONS }), RENDITIONS).to.throw(
        ConfigError,
        /RENDITIONS: must be up to six/,
      );
    }
  });
});
