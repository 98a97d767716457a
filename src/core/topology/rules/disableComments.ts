/** Comments that switch rules off. What is said about them is found in `suppression.ts`, once everything else is said. */
import type { RuleFamily } from './rule.ts';

const pair = `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: active }
  dal-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: standby }
poolPairs:
`;
const pools = '  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]';

export const disableComments: RuleFamily = {
  definitions: [
    {
      code: 'unused-disable-comment',
      severity: 'warning',
      title: 'A comment that switches nothing off',
      why: 'A comment that is not needed any more would hide what is found there later, and one with a misspelt code hides nothing.',
      source: 'Our decision',
      fix: 'The code, or the comment, is taken out; a misspelt code becomes the one that was meant where that has something to switch off.',
      wrong: `${pair}${pools} # lync-topology-disable-line pair-same-site, <<pair-capacity>>\n`,
      right: `${pair}${pools} # lync-topology-disable-line pair-same-site\n`,
      limits:
        'Comments for rules that the settings switch off are left alone, and so are all of them while something in the file cannot be read. A reason may follow the codes, behind two hyphens: `# lync-topology-disable-line pair-same-site -- two buildings`.',
    },
  ],
  rules: [],
};
