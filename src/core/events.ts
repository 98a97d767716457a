/** Events inside the core: a subscription is ended by disposing it. */

export type Event<T> = (listener: (event: T) => void) => Disposable;

/** One source of an event. A listener that throws does not keep the others from being called. */
export interface EventSource<T> {
  readonly event: Event<T>;
  fire(event: T): void;
}

export function createEventSource<T>(onListenerError: (error: unknown) => void = () => {}): EventSource<T> {
  const listeners = new Set<(event: T) => void>();
  return {
    event: (listener) => {
      const own = (event: T): void => listener(event);
      listeners.add(own);
      return { [Symbol.dispose]: () => void listeners.delete(own) };
    },
    fire: (event) => {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
  };
}
