import { expect } from 'chai';
import { shownOf } from '../../web/src/player/captions/chosen.ts';
import {
  type CaptionsFile,
  captionsErrors,
  inLanguage,
  labelOf,
  languageIn,
  readCaptions,
  sentOf,
} from '../../web/src/publish/captions/captions-files.ts';

describe('shownOf()', () => {
  const tracks = ['en', 'pt-BR', 'de'].map((language) => ({ language }));
  const shown = (language: string, others: string[] = [], isOn = true) =>
    shownOf(tracks, { isOn, language }, others)?.language;

  it('is the language that is chosen, or a like one', () => {
    expect(shown('de')).to.equal('de');
    expect(shown('pt')).to.equal('pt-BR');
    expect(shown('de-AT', ['en'])).to.equal('de');
  });

  it('is one that the browser asks for where that is missing, else the first', () => {
    expect(shown('fr', ['it', 'de-CH', 'en'])).to.equal('de');
    expect(shown('', ['pt-PT'])).to.equal('pt-BR');
    expect(shown('fr', ['it'])).to.equal('en');
  });

  it('is none where captions are off, or there are none', () => {
    expect(shown('de', [], false)).to.equal(undefined);
    expect(shownOf([], { isOn: true, language: 'de' }, [])).to.equal(undefined);
  });
});

describe("a creator's captions", () => {
  const file = (more: Partial<CaptionsFile> = {}): CaptionsFile => ({
    ...{ id: 'a', name: 'a.de.vtt', text: 'WEBVTT', fault: '', language: 'de', label: 'Deutsch' },
    ...more,
  });

  it('are in the language that the name of the file says', () => {
    for (const [name, language] of [
      ['film.de.vtt', 'de'],
      ['My film 1.2.pt-br.VTT', 'pt-BR'],
      ['zh-hans.vtt', 'zh-Hans'],
      ['film.vtt', ''],
      ['film.1080p.vtt', ''],
      ['film.german.vtt', ''],
    ] as const)
      expect(languageIn(name), name).to.equal(language);
    expect([labelOf('de'), labelOf('fr'), labelOf(''), labelOf('nonsense-')]).to.deep.equal([
      ...['Deutsch', 'Français', '', ''],
    ]);
  });

  it('have a label that follows the language until somebody writes one', () => {
    expect(inLanguage(file(), 'fr').label).to.equal('Français');
    expect(inLanguage(file({ label: 'Für alle' }), 'fr').label).to.equal('Für alle');
  });

  it('are not sent while a language or a label is wrong or there twice, nor a file that is none', () => {
    expect(sentOf([file({ label: ' Deutsch ' })])).to.deep.equal([
      { language: 'de', label: 'Deutsch', text: 'WEBVTT' },
    ]);
    const french = file({ language: 'FR', label: 'Français' });
    expect(sentOf([file(), french])?.map(({ language }) => language)).to.deep.equal(['de', 'fr']);
    const wrong = [
      [file({ language: '' })],
      [file({ label: '' })],
      [file({ label: 'a "b"' })],
      [file(), file({ label: 'Other' })],
      [file(), file({ language: 'fr', label: 'deutsch' })],
      [file({ fault: 'Line 1' })],
      Array.from({ length: 17 }, (_, nth) =>
        file({ language: `a${String.fromCharCode(97 + nth)}`, label: `${nth}` }),
      ),
    ];
    for (const files of wrong) expect(sentOf(files), JSON.stringify(files[0])).to.equal(undefined);
    expect(captionsErrors([file(), file({ label: 'Other' })]).map(({ language }) => language)).to.deep.equal(
      Array(2).fill('Other captions are in this language.'),
    );
  });

  it('are read as the host will read them', async () => {
    const bytes = (words: string) => new File([words], 'film.en.vtt');
    const good = await readCaptions(bytes('WEBVTT\n\n00:01.000 --> 00:02.000\nYes\n'));
    expect(good).to.include({ fault: '', language: 'en', label: 'English' });
    expect((await readCaptions(bytes('no'))).fault).to.equal('Line 1: A WebVTT file begins with WEBVTT.');
    const large = await readCaptions(bytes(' '.repeat(1024 ** 2 + 1)));
    expect(large.fault).to.equal('Captions have 1 MiB at most.');
  });
});
