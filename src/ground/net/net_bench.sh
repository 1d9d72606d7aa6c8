#!/bin/sh
# CPU per request of the server beside nginx answering a constant of the same size, in interleaved rounds.
#
#   net_bench.sh <path of net_net_bench> [rounds] [seconds a round]
#
# Needs wrk, nginx and openssl. Server on core 0, load on core 1: 64 connections, keep-alive, POST of 350 bytes with six headers,
# answers of 400 bytes. CPU is user and system time of the server's process, from /proc.
set -eu
bench=$1 rounds=${2:-5} seconds=${3:-3}
work=$(mktemp -d)
trap 'kill $pids 2>/dev/null; rm -rf "$work"' EXIT
pids=

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
  -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
constant=$(head -c 400 /dev/zero | tr '\0' x)
cat > "$work/nginx.conf" <<CONF
daemon off; master_process off; worker_processes 1; pid $work/nginx.pid; error_log $work/error.log;
events { worker_connections 2048; }
http { access_log off; keepalive_requests 100000000; client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work;
  uwsgi_temp_path $work; scgi_temp_path $work; default_type application/json;
  server { listen 127.0.0.1:19443 ssl; listen 127.0.0.1:19080; ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
    ssl_protocols TLSv1.3; location / { return 200 "$constant"; } } }
CONF
cat > "$work/post.lua" <<'LUA'
wrk.method = "POST"
wrk.body = '{"note":"' .. string.rep("b", 339) .. '"}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer mohur_test_sk_k1_0123456789abcdefghijklmnopqrstuvwxyz"
wrk.headers["Idempotency-Key"] = "0b6c1d6e-3a4c-4c53-9d0c-5f2f8c9a7e11"
wrk.headers["Accept"] = "application/json"
LUA

taskset -c 0 nginx -p "$work" -c "$work/nginx.conf" 2>/dev/null & nginx_pid=$!
taskset -c 0 "$bench" 18443 "$work/cert.pem" "$work/key.pem" > /dev/null & tls_pid=$!
taskset -c 0 "$bench" 18080 > /dev/null & plain_pid=$!
pids="$nginx_pid $tls_pid $plain_pid"
until curl -sk -o /dev/null https://127.0.0.1:19443/ && curl -sk -o /dev/null https://127.0.0.1:18443/; do sleep 0.1; done

cpu() { awk '{print $14 + $15}' "/proc/$1/stat"; }  # in hundredths of a second
measure() {  # name pid url
  before=$(cpu "$2")
  out=$(taskset -c 1 wrk -t1 -c64 -d"${seconds}s" -s "$work/post.lua" "$3")
  after=$(cpu "$2")
  echo "$out" | awk -v name="$1" -v ticks=$((after - before)) '
    /requests in/ { n = $1 } /Requests\/sec/ { rps = $2 } /Non-2xx/ { bad = $NF }
    END { printf "%-12s %6.2f us/request  %7.0f requests/s%s\n", name, ticks * 10000 / n, rps, bad ? "  BAD " bad : "" }'
}
for round in $(seq "$rounds"); do
  measure nginx-tls "$nginx_pid" https://127.0.0.1:19443/v1/payouts
  measure mohur-tls "$tls_pid" https://127.0.0.1:18443/v1/payouts
  measure nginx-plain "$nginx_pid" http://127.0.0.1:19080/v1/payouts
  measure mohur-plain "$plain_pid" http://127.0.0.1:18080/v1/payouts
done | tee "$work/rounds"
echo "medians:"
for name in nginx-tls mohur-tls nginx-plain mohur-plain; do
  grep "^$name" "$work/rounds" | sort -k2 -n | awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }'
done
