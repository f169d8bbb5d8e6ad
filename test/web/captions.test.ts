import { expect } from 'chai';
import { shownOf } from '../../web/src/player/captions/chosen.ts';

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
