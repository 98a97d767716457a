/** The shape of the file. The schema finds these; here stands what they mean. */
import type { RuleFamily } from './rule.ts';

export const shape: RuleFamily = {
  definitions: [
    {
      code: 'yaml-syntax',
      severity: 'error',
      title: 'Not YAML',
      why: 'A line that YAML cannot read hides what it was meant to say. The rest of the file is read all the same, and everything that does not need the broken line keeps working. A key that stands twice in one map belongs here too: only the first one counts. So do aliases without an anchor, and aliases that together stand for more values than any deployment has.',
      source: 'YAML 1.2.2',
      fix: 'Text in double quotes with single backslashes is put in single quotes; a key that says the same a second time is taken out.',
      wrong: `backupService:
  syncInterval: 00:02:00
  <<syncInterval>>: 00:05:00
`,
      right: `backupService:
  syncInterval: 00:05:00
`,
      limits:
        'Of several errors on one line, and of the same error on lines that follow each other, only the first is reported. Where a syntax error stands, keys and names that seem to be missing are not reported.',
    },
    {
      code: 'unknown-key',
      severity: 'error',
      title: 'A key that the format does not know',
      why: 'What stands under an unknown key is read by nobody: a slip of the hand would silently switch a setting off.',
      source: 'Topology format 1',
      fix: 'The key that was meant, where one is a slip of the hand away and not written yet.',
      wrong: `backupService:
  <<syncIntervall>>: 00:02:00
`,
      right: `backupService:
  syncInterval: 00:02:00
`,
    },
    {
      code: 'missing-key',
      severity: 'error',
      title: 'A key that is needed is missing',
      why: 'Without it the thing cannot be understood, and rules and operations that need it leave it out.',
      source: 'Topology format 1',
      fix: '`lyncTopology: 1` is added, where that is what is missing.',
      wrong: `persistentChatPools:
  <<atl-pc-001.litwareinc.com>>:
    servers: {}
`,
      right: `persistentChatPools:
  atl-pc-001.litwareinc.com:
    servers: {}
    nextHop: atl-cs-001.litwareinc.com
`,
    },
    {
      code: 'wrong-type',
      severity: 'error',
      title: 'A value of another kind is needed',
      why: 'A list where text is needed, a number where text is needed. The most frequent case is a year without quotes, which YAML reads as a number.',
      source: 'Topology format 1',
      fix: 'Quotes around a year, a list around a single item, quotes taken off a number or a truth value.',
      wrong: `sqlServers:
  atl-sql-001.litwareinc.com: { version: <<2012>> }
`,
      right: `sqlServers:
  atl-sql-001.litwareinc.com: { version: "2012" }
`,
    },
    {
      code: 'invalid-value',
      severity: 'error',
      title: 'A value that is not possible',
      why: 'The format lists the words or the range that a value may have; this is none of them. Names that differ only in case are one name to DNS and Windows, and are reported here as well.',
      source: 'Topology format 1',
      fix: 'The word that was meant, where one is a slip of the hand away.',
      wrong: `sqlServers:
  atl-sql-001.litwareinc.com: { edition: <<Enterprize>> }
`,
      right: `sqlServers:
  atl-sql-001.litwareinc.com: { edition: Enterprise }
`,
    },
  ],
  rules: [],
};
