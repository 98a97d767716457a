/** When support of each product ends. */
import type { Release } from '../vocabulary.ts';

/** Full names of the releases, under which their dates are kept and people know them. */
export const releaseNames: Readonly<Record<Release, string>> = {
  '2013': 'Lync Server 2013',
  '2015': 'Skype for Business Server 2015',
  '2019': 'Skype for Business Server 2019',
  SE: 'Skype for Business Server Subscription Edition',
};

/**
 * The last day of extended support, as an ISO date, by the product's name. From Microsoft's lifecycle pages (domain K.2;
 * SQL Server before 2016 from the same pages). Subscription Edition has no date: it is supported while it is kept current.
 */
export const defaultSupportEnds: Readonly<Record<string, string>> = {
  'Lync Server 2013': '2023-04-11',
  'Skype for Business Server 2015': '2025-10-14',
  'Skype for Business Server 2019': '2025-10-14',
  'SQL Server 2008': '2019-07-09',
  'SQL Server 2008 R2': '2019-07-09',
  'SQL Server 2012': '2022-07-12',
  'SQL Server 2014': '2024-07-09',
  'SQL Server 2016': '2026-07-14',
  'SQL Server 2017': '2027-10-12',
  'SQL Server 2019': '2030-01-08',
};
