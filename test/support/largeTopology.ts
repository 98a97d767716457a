/** A valid topology of about as many lines as asked for: pairs of pools with mirrored databases, as large deployments write them. */
export function largeTopology(lines: number): string {
  const linesPerPair = 41;
  const pairs = Math.max(1, Math.round(lines / linesPerPair));
  const numbers = Array.from({ length: pairs }, (_, index) => String(index + 1).padStart(5, '0'));
  const pool = (place: 'atl' | 'dal', number: string): string => {
    const name = `${place}-cs-${number}.litwareinc.com`;
    const active = place === 'atl' && number === '00001' ? '    centralManagement: active\n' : '';
    const standby = place === 'dal' && number === '00001' ? '    centralManagement: standby\n' : '';
    const placement = (type: string): string =>
      `      ${type}:\n        primary: ${place}-sql-${number}.litwareinc.com\\RTC\n        mirror: ${place}-sqm-${number}.litwareinc.com\\RTC\n        witness: ${place}-sqw-${number}.litwareinc.com\\RTC\n`;
    return (
      `  ${name}:\n    site: ${place === 'atl' ? 'Atlanta' : 'Dallas'}\n    edition: Enterprise\n    release: "2013"\n    frontEnds:\n` +
      ['a', 'b', 'c'].map((letter) => `      - ${place}-fe-${number}${letter}.litwareinc.com\n`).join('') +
      `    fileShare: \\\\${place}-fs-${number}.litwareinc.com\\LyncShare\n${active}${standby}    databases:\n` +
      (active || standby ? placement('User') + placement('CentralMgmt') : placement('User') + placement('Application'))
    );
  };
  const pair = (number: string): string =>
    `  - pools: [atl-cs-${number}.litwareinc.com, dal-cs-${number}.litwareinc.com]\n    backupModules:\n      - UserServices.PresenceFocus\n      - ConfServices.DataConf\n` +
    (number === '00001' ? '      - CentralMgmt.CMSMaster\n' : '');
  return (
    'lyncTopology: 1\ndeployment: Litware\n\nsites:\n  Atlanta: { description: Primary data centre }\n  Dallas: {}\n\npools:\n' +
    numbers.map((number) => pool('atl', number) + pool('dal', number)).join('') +
    `\npoolPairs:\n${numbers.map(pair).join('')}`
  );
}
