/** What may happen to one request on its way to a server and back. */
export type Fault =
  /** Takes so many milliseconds longer. */
  | { readonly kind: 'late'; readonly milliseconds: number }
  /** Is answered by something in between; the server never sees it. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  /** The connection is reset; the server never sees it. */
  | { readonly kind: 'reset' }
  /** Nobody says anything; the server never sees it. */
  | { readonly kind: 'silent' }
  /** Half of the request arrives, then the connection is reset on both sides. */
  | { readonly kind: 'half-sent' }
  /** One bit of the request's body arrives flipped. */
  | { readonly kind: 'flipped-request' }
  /** The server does it, and the connection is reset before its answer. */
  | { readonly kind: 'answer-lost' }
  /** Half of the answer's body comes, then the connection is reset. */
  | { readonly kind: 'truncated' }
  /** Half of the answer's body comes, under a length that says it is all. */
  | { readonly kind: 'shortened' }
  /** One bit of the answer's body comes flipped. */
  | { readonly kind: 'flipped' }
  /** The answer's headers come at once, its body one byte at a time. */
  | { readonly kind: 'dripping'; readonly milliseconds: number }
  /** The answer's headers come, and nothing after them. */
  | { readonly kind: 'silent-body' };

export type FaultKind = Fault['kind'];
