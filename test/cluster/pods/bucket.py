"""Makes a bucket, puts texts into it, and tells what is in it. Endpoint and credentials come from the environment.

in:  {"bucket", "create"?, "put"?: {key: text, ...}, "connection"?}
out: {key: size, ...}
"""

import json
import sys

import boto3

settings = json.load(sys.stdin)
s3 = boto3.client("s3", **settings.get("connection", {}))
if settings.get("create"):
    if settings["bucket"] not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=settings["bucket"])
for key, text in settings.get("put", {}).items():
    s3.put_object(Bucket=settings["bucket"], Key=key, Body=text.encode())
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=settings["bucket"])
json.dump({item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}, sys.stdout)
