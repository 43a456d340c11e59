"""Makes a bucket if it is not there, and tells what is in it. Endpoint and credentials come from the environment.

in:  {"bucket", "create"}
out: {key: size, ...}
"""

import json
import sys

import boto3

settings = json.load(sys.stdin)
s3 = boto3.client("s3", **settings.get("connection", {}))
if settings.get("create"):
    s3.create_bucket(Bucket=settings["bucket"])
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=settings["bucket"])
json.dump({item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}, sys.stdout)
