/**
 * Keeps views and status bar true: follows the active session, live only while a view is visible or something runs, and
 * draws whatever changed.
 */
import * as vscode from 'vscode';
import type { Deployments } from './deployments.ts';
import type { Session } from './session.ts';
import type { StatusBar } from './statusBar.ts';
import { nameOf, type Topologies } from './topologies.ts';
import type { JobsView } from './views/jobsView.ts';
import { isRunning } from './views/states.ts';
import type { StatusView } from './views/statusView.ts';

export interface LiveParts {
  readonly topologies: Topologies;
  readonly deployments: Deployments;
  readonly statusView: StatusView;
  readonly jobsView: JobsView;
  readonly statusBar: StatusBar;
}

export function followDeployment(parts: LiveParts): vscode.Disposable {
  const { topologies, deployments, statusView, jobsView, statusBar } = parts;
  let followed: Session | undefined;
  let subscriptions: readonly Disposable[] = [];
  let live: Disposable | undefined;
  /** Holding a session live makes it connect, which is drawn in turn: so this is known before `live` is. */
  let holding = false;

  const draw = (): void => {
    const topology = topologies.active;
    statusView.render();
    jobsView.render();
    statusBar.show(topology === undefined ? undefined : nameOf(topology), followed);
    holdWhileWatched();
  };

  const holdWhileWatched = (): void => {
    const runs = followed?.live === true && followed.store.current?.jobs.some(({ state }) => isRunning(state));
    const watched = statusView.visible || jobsView.visible || runs === true;
    if (!watched) release();
    else if (!holding && followed !== undefined) {
      holding = true;
      live = followed.holdLive();
    }
  };

  const release = (): void => {
    const held = live;
    holding = false;
    live = undefined;
    held?.[Symbol.dispose]();
  };

  const follow = (): void => {
    const session = deployments.active;
    if (session !== followed) {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
      release();
      followed = session;
      subscriptions = session === undefined ? [] : [session.store.onDidChange(draw), session.onDidChangeState(draw)];
    }
    draw();
  };

  const registrations = [
    deployments.onDidChangeActive(follow),
    statusView.onDidChangeVisibility(draw),
    jobsView.onDidChangeVisibility(draw),
  ];
  follow();
  return new vscode.Disposable(() => {
    for (const registration of registrations) registration.dispose();
    for (const subscription of subscriptions) subscription[Symbol.dispose]();
    release();
  });
}
