#include "gateway/reference_guide.hpp"

namespace mohur::gateway {

std::string_view reference_guide() {
  return R"html(
<article id="begin"><h2>A first call</h2>
<p>Ask the operator for a test key. Then set these once in your shell, and every call on this page works as it stands:</p>
<pre>export MOHUR=<span class="here">https://127.0.0.1:8443</span>
export CERTIFICATE=var/mohur/tls/certificate.pem  # the file that `mohur serve` names as `certificate`
export KEY=mohur_test_sk_...                      # yours
curl --cacert "$CERTIFICATE" "$MOHUR/v1/balances" -H "Authorization: Bearer $KEY"</pre>
<p>A call about an object has its id in a variable named after it, such as <code>PAYIN=payin_...</code> or
   <code>CLIENT=client_...</code>. Calls under <code>/v1/admin</code> are the operator's own: they take
   <code>OPERATOR_KEY</code>, the key of one of the operator's people, which the first start of the server prints.</p>
</article>
<article id="authentication"><h2>Authentication</h2>
<p>Send your key with every call: <code>Authorization: Bearer mohur_test_sk_...</code>. A key is of one mode, <code>test</code> or
   <code>live</code>; the two never share money, objects or keys. It carries scopes, such as <code>write_payouts</code>; each
   call below says which one it needs. A key is shown once, when it is issued, and is revoked at once. Its last six
   characters are a checksum, so that a typing error is told as one. Names, account numbers and addresses are masked unless
   the key has the scope <code>read_personal</code>.</p>
</article>
<article id="tokens"><h2>Access tokens</h2>
<p>Instead of the key, a call may bring a token for it, as OAuth 2.0 has it: <code>POST /oauth/token</code> with the client
   credentials of your key, its kid and the key itself, and <code>grant_type=client_credentials</code>. A token is good for some
   minutes, with all scopes of the key or those that <code>scope</code> names; it ends with its key, or at
   <code>POST /oauth/revoke</code>. Any library for OAuth does this by itself. For the calls below, <code>KID</code> is the part
   of your key before the last one. A key, and a token, can be bound to a client certificate, which the connection must
   show.</p>
</article>
<article id="idempotency"><h2>Idempotency: never twice</h2>
<p>Give each thing that you want done a key of your own, 1 to 255 characters, as <code>Idempotency-Key</code>; payouts, refunds
   and fundings need one. When the answer is lost, or is a 5xx, send the same request with the same key: it is done once, and
   the first answer comes again with <code>Idempotent-Replayed: true</code>, but without a secret that was shown once. The same
   key with another request is refused with <a href="/problems/idempotency_key_reused">idempotency_key_reused</a>. Keys are
   kept for as long as the journal lives, apart for each client and mode. A refusal leaves nothing behind: its key may be used
   again.</p>
</article>
<article id="paging"><h2>Lists</h2>
<p>Newest first, <code>limit</code> at a time. While <code>has_more</code> is true, ask again with <code>after</code> and
   what the page gave as <code>next</code>, or follow the <code>Link</code> header. With filters a page can be short, even
   empty, with more to come: go by <code>has_more</code>. An unknown filter is refused, not ignored.</p>
</article>
<article id="problems"><h2>Problems</h2>
<p>Every refusal is <code>application/problem+json</code> (RFC 9457). Go by its <code>token</code>, which never changes its
   meaning: <a href="/problems">all problems</a>. <code>detail</code> is for people, <code>field</code> says where,
   <code>reasons</code> lists all faults of a body at once. <code>retry</code> says what to do:</p>
<table><tr><th>retry<th>what it means
<tr><td><code>never</code><td>The same request will never succeed.
<tr><td><code>after_change</code><td>Change what the problem names, then send it again.
<tr><td><code>later</code><td>The same request may succeed later.
<tr><td><code>same_key</code><td>It may have been done: send it again with the same <code>Idempotency-Key</code>.</table>
<p>Every answer has a <code>Request-Id</code>: <code>GET /v1/requests/{id}</code> finds the call, and we find it by that too.</p>
</article>
<article id="following"><h2>What happens afterwards</h2>
<p>A payout is on its way when it is answered; how it ended comes as an event. Do not ask for an object again and again. Either
   have <b>webhooks</b> sent to you (<code>POST /v1/webhook_endpoints</code>, signed by Standard Webhooks), or <b>follow the
   events</b>: keep the <code>position</code> of the last one that you have seen, and ask
   <code>GET /v1/events?order=asc&amp;after_position=</code>, once a second at most. Both bring the same bodies. Webhooks come
   at least once and can overtake each other: an object's <code>sequence</code> tells what is newer.</p>
</article>
<article id="limits"><h2>How often you may call</h2>
<p>Your plan has rates. <code>GET /v1/limits</code> shows them, and each answer says in <code>RateLimit</code> how many calls
   would be admitted now (<code>r</code>), and in how many seconds one more would be (<code>t</code>). All your keys count
   together; test and live mode count apart. A call too many is refused with
   <a href="/problems/rate_exceeded">rate_exceeded</a> and takes nothing; after <code>Retry-After</code> seconds the same call
   is admitted. What asks for the state of one pay-in, payout or refund has a rate of its own, and goes on while all else is
   refused. A server that cannot keep up answers <a href="/problems/overloaded">overloaded</a>.</p>
</article>
<article id="signatures"><h2>Signed calls</h2>
<p>A call may be signed (RFC 9421) with the signing key that the operator sets for your key, by HMAC-SHA-256 or Ed25519, and
   must be where your agreement says so. Sign <code>"@method" "@target-uri" "content-digest" "idempotency-key"</code>, as far as
   the call has them, with <code>created</code>, <code>nonce</code> and <code>keyid</code>. A nonce counts once: sign a retry
   anew, with the same <code>Idempotency-Key</code>. How, with an example:
   <code>docs/reference/signatures.md</code> of the source.</p>
</article>
<article id="forms"><h2>Money, ids, times</h2>
<p>Amounts are whole <b>paise</b>: <code>150000</code> is ₹1,500.00. An id begins with what it is of, such as
   <code>payout_</code>, and of two ids the later one sorts behind; keep them as text. Times are RFC 3339 in UTC with
   milliseconds; send any offset. An absent member is <code>null</code> in an answer, and null in a body means absent. A member
   that nobody knows is refused in a body; in answers, expect that new ones come. UTF-8 throughout.</p>
</article>
<article id="sandbox"><h2>The sandbox</h2>
<p>A test key reaches the same server with the same rules; only the bank is another. It acts by what it is given, on your own
   clock (<code>POST /v1/sandbox/clock</code> moves it forward). Pay a beneficiary with one of these account numbers:</p>
<table><tr><th>account number<th>what the bank does
<tr><td><code>000000000001</code><td>succeeds at once
<tr><td><code>000000000002</code><td>is accepted, and succeeds two minutes later
<tr><td><code>000000000011</code><td>fails: bank_account_closed
<tr><td><code>000000000021</code><td>times out; five minutes later it has succeeded
<tr><td><code>000000000024</code><td>times out; five minutes later the money is returned
<tr><td><code>000000000031</code><td>succeeds, and is returned one day later</table>
<p><code>POST /v1/sandbox/payins/{id}/pay</code> plays the payer of a pay-in by UPI, and
   <code>POST /v1/sandbox/bank_transfers</code> a bank transfer. A refund that ends in 13 paise fails. All values stand in
   <code>docs/reference/sandbox.md</code> of the source.</p>
</article>
)html";
}

}  // namespace mohur::gateway
