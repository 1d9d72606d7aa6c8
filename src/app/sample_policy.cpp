#include "app/sample_policy.hpp"

namespace mohur::app {
namespace {

constexpr std::string_view kText = R"md(# Usage policy

This policy says how the payments API may be used. It binds every client: a registered business that the operator has approved.
*We* are the operator; *you* are the client. Each rule has a number. When a call is refused, the answer names the rule behind
the refusal, and the number leads here.

This is a sample. Whoever operates the server reads it, changes it, and publishes it in their own name.

## P1 Access

### P1.1 Access follows approval

You get keys after we have approved your application, and not before. One of our people looks at the application and another one
decides about it. What you were approved for stands in your agreement.

### P1.2 Secrets stay secret

Keep the secrets of your keys where only those programs can read them that need them. We show a secret once and keep nothing from
which it could be made again. Give a key a new secret whenever somebody who knew it leaves, and from time to time in any case: the
old one stays right while you change over.

### P1.3 Report a compromise at once

If a key may be in other hands, end it at once. You can do so with the key itself, from anywhere, by
`POST /v1/credentials/report_compromise`. From our answer on no call with that key is accepted. We open an incident, and you can
see what the key was used for.

### P1.4 Approved purposes only

You use the API for the purposes, rails and methods that your agreement names. Anything else is refused until the agreement is
changed.

### P1.5 Lawful use

You do not use the API for anything that the law forbids, to deceive anybody, or to move money whose origin you must hide.

## P2 What the API is for

### P2.1 Pay-ins

You collect money from your customers, your agents and your partners. Each pay-in says which of them pays.

### P2.2 Payouts

You send salaries, payments to vendors, cashbacks, incentives, redemptions of wallets, refunds and settlements. Each payout says
which of these it is, and goes to a kind of beneficiary that fits.

### P2.3 Your own systems

You may connect the software with which you run your business: accounting, payroll, order processing. What your software does with
your keys counts as done by you.

## P3 What is not allowed

### P3.1 No tampering

You do not alter requests or answers on their way, do not send the same signed request twice to gain by it, do not search for
paths and objects that are not yours, and do not try to find out how the server can be made to behave otherwise than described.

### P3.2 Sectors

Some sectors of business are not served, and some only with a special approval. Which ones they are is decided by date; a change
also counts for agreements that exist.

### P3.3 Limits on money

Your agreement may limit how much you send: in one payout, in a minute, an hour, a day or a month, for a purpose, on a rail, to
one beneficiary. You stay within it. If you expect to need more, ask before; two of our people look at it.

### P3.4 No sharing

Your keys are for you. You do not lend, sell or pass on access without our approval in writing, and you use your keys from the
networks that you named to us. A live key that may be used from anywhere sends no money.

### P3.5 Stability

You do not send what harms the server or other clients: floods, requests without end, bodies beyond the stated sizes.

## P4 Security and data

### P4.1 Encrypted transport only

Every call comes over HTTPS with TLS 1.2 or later. You check our certificate and do not switch that check off.

### P4.2 Keys, networks, rights

Each program of yours gets a key of its own with the rights that it needs and no others, bound to the networks that it calls from.
Each of your people who can act has a role that fits their work.

### P4.3 Personal data

You send us the personal data that a payment needs, with a legal ground for it, and tell those whom it is about. You do not put
card numbers or other people's secrets into free text. You do not keep or pass on what you learn from us for other ends.

### P4.4 Indian law

Both of us keep to the law that applies to payments, to information technology and to personal data in India, and to the
directions of the Reserve Bank.

## P5 Oversight

### P5.1 Monitoring

We watch how the API is used, as it is used, and keep a record of every call.

### P5.2 Checks

From time to time we check that what you do fits your agreement. When we ask for documents, you send them within the time that we
name.

### P5.3 What follows a breach

A breach can lead to restrictions, to suspension and to the end of your access. Nothing final happens without the decision of two
people.

## P6 Fair use

### P6.1 Plans

Your plan says how often and how much at once you may call. Every answer says what is left.

### P6.2 Throttling

Calls beyond the plan are refused, with the time after which to try again. A refused call uses nothing up.

### P6.3 Going on regardless

Whoever goes on calling in spite of that is blocked for a time, which grows with each repetition. Good conduct makes it shrink
again. If the plan no longer fits your business, we talk about another one.

## P7 Liability

### P7.1 Damage by wrong use

You answer for damage that comes from use against this policy. What happened is taken from the journal, which both of us can
check.

## P8 Suspension and its end

### P8.1 Grounds

We restrict, suspend or end your access on one of these grounds: a breach of this policy, harmful use, a breach of the contract, a
breach of security, or no cooperation. The decision names its ground and its rule.

### P8.2 Notice

We tell you before it takes effect, and say what becomes of the payments that are under way. Only where waiting would endanger
somebody do we act at once; we then say so, and a second person confirms it within four hours.

## P9 Changes of this policy

### P9.1 New versions

We publish a new version ahead of the day from which it counts, with its reason and with what is new in it, here and by a notice
to every client. Every version stays readable, and so does the difference between any two.

### P9.2 Acceptance

You accept a version by saying so, or by going on to use the API when it is in force. We record it once, with the version and its
fingerprint, and you can see the record.

## P10 Contact

### P10.1 How to reach us

For questions, open a support ticket. For a weakness in security, use the address in `/.well-known/security.txt`.
)md";

}  // namespace

std::string_view sample_policy() { return kText; }

}  // namespace mohur::app
